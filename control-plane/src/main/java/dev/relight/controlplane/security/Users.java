package dev.relight.controlplane.security;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.hibernate.exception.ConstraintViolationException;

/** The users; a change takes effect in this process as soon as it has been committed. */
@ApplicationScoped
public class Users {
  /** Changes come one at a time, so that two of them cannot remove the last two ADMINs. */
  private static final String ONE_AT_A_TIME =
      "select 1 from pg_advisory_xact_lock(hashtext('app_user'))";

  private static final String ANOTHER_ADMIN =
      "select count(*) from app_user where 'ADMIN' = any(roles) and name <> ?1";

  private final VerifiedCredentials verified;
  private final Vertx vertx;

  Users(VerifiedCredentials verified, Vertx vertx) {
    this.verified = verified;
    this.vertx = vertx;
  }

  /** A page of the users. */
  @WithSession
  public Uni<Slice<AppUser>> list(PageRequest page) {
    return Slice.of(AppUser.find("from AppUser e", page.sort()), page);
  }

  /** The user, or null. */
  @WithSession
  Uni<AppUser> find(String name) {
    return AppUser.find("name", name).firstResult();
  }

  /**
   * Adds a user.
   *
   * @param told what else belongs to the transaction, such as its audit event
   */
  public Uni<AppUser> add(
      String name, String password, Collection<Role> roles, Supplier<Uni<Void>> told) {
    return hash(password)
        .chain(hash -> Panache.withTransaction(() -> persist(name, hash, roles).call(told::get)))
        .onFailure(ConstraintViolationException.class)
        .transform(
            e -> Refusal.of(Refusal.Reason.CONFLICT, "There is a user " + name + " already.", name))
        .call(() -> forget(name));
  }

  /** Gives a user another password, other roles or both; null leaves either as it is. */
  public Uni<AppUser> change(
      String name, String password, Collection<Role> roles, Supplier<Uni<Void>> told) {
    Uni<String> hash = password == null ? Uni.createFrom().nullItem() : hash(password);
    return hash.chain(
            hashed ->
                alone(
                    () ->
                        known(name)
                            .call(user -> roles == null ? done() : keepAnAdmin(name, roles))
                            .invoke(user -> update(user, hashed, roles))
                            .call(told::get)))
        .call(() -> forget(name));
  }

  /** Removes a user; his tasks go on. */
  public Uni<Void> remove(String name, Supplier<Uni<Void>> told) {
    return alone(
            () ->
                known(name)
                    .call(user -> keepAnAdmin(name, List.of()))
                    .call(told::get)
                    .chain(AppUser::delete))
        .call(() -> forget(name));
  }

  private static Uni<AppUser> persist(String name, String hash, Collection<Role> roles) {
    AppUser user = new AppUser();
    user.name = name;
    update(user, hash, roles);
    return user.persistAndFlush();
  }

  private static void update(AppUser user, String hash, Collection<Role> roles) {
    if (hash != null) {
      user.passwordHash = hash;
    }
    if (roles != null) {
      user.roles = roles.stream().distinct().map(Role::name).toArray(String[]::new);
    }
  }

  /** The user; 404 where there is none. Needs an open session. */
  Uni<AppUser> known(String name) {
    return AppUser.<AppUser>find("name", name)
        .firstResult()
        .onItem()
        .ifNull()
        .failWith(() -> Refusal.notFound("user", "name"));
  }

  private static Uni<Void> keepAnAdmin(String name, Collection<Role> roles) {
    if (roles.contains(Role.ADMIN)) {
      return done();
    }
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(ANOTHER_ADMIN, Long.class)
                    .setParameter(1, name)
                    .getSingleResult())
        .invoke(
            others -> {
              if (others == 0) {
                throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "Nobody but " + name + " has the role ADMIN; give it to somebody else first.",
                    name);
              }
            })
        .replaceWithVoid();
  }

  private static <T> Uni<T> alone(Supplier<Uni<T>> work) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .chain(
                    session ->
                        session.createNativeQuery(ONE_AT_A_TIME, Integer.class).getSingleResult())
                .chain(done -> work.get()));
  }

  private Uni<String> hash(String password) {
    return vertx.executeBlocking(() -> BcryptUtil.bcryptHash(password));
  }

  private Uni<Void> forget(String name) {
    verified.forget(name);
    return done();
  }

  private static Uni<Void> done() {
    return Uni.createFrom().voidItem();
  }
}
