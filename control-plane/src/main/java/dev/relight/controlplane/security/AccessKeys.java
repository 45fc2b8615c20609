package dev.relight.controlplane.security;

import dev.relight.controlplane.task.Refusal;
import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.quarkus.hibernate.reactive.panache.common.WithTransaction;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/** The keys with which users sign requests; a change takes effect in every process at once. */
@ApplicationScoped
public class AccessKeys {
  private static final int NAME_BYTES = 12;
  private static final int SECRET_BYTES = 16;

  /** Whose key it is, and the secret that it signs with. */
  record Holder(AppUser user, String secretKey) {}

  private final MasterKeys masterKeys;
  private final Users users;
  private final SecureRandom random = new SecureRandom();

  AccessKeys(MasterKeys masterKeys, Users users) {
    this.masterKeys = masterKeys;
    this.users = users;
  }

  /**
   * Gives a user another key; 404, or 409 where there is no master key to encrypt it with.
   *
   * @param told what else belongs to the transaction, such as its audit event
   */
  @WithTransaction
  public Uni<IssuedKey> add(String userName, Supplier<Uni<Void>> told) {
    if (masterKeys.newest().isEmpty()) {
      throw Refusal.of(
          Refusal.Reason.CONFLICT,
          "This control plane has no master key to encrypt secrets with; set"
              + " relight.security.master-key-file.");
    }
    return users.known(userName).chain(this::issue).call(told::get);
  }

  /** Takes a key away from a user; 404 where he has none of this name. */
  @WithTransaction
  public Uni<Void> remove(String userName, String accessKey, Supplier<Uni<Void>> told) {
    return users
        .known(userName)
        .chain(user -> AccessKey.delete("accessKey = ?1 and userId = ?2", accessKey, user.id))
        .invoke(
            removed -> {
              if (removed == 0) {
                throw Refusal.notFound("accessKey", "accessKey");
              }
            })
        .call(told::get)
        .replaceWithVoid();
  }

  /** Nothing where there is no such key, or its secret cannot be decrypted. */
  @WithSession
  Uni<Optional<Holder>> find(String accessKey) {
    return AccessKey.<AccessKey>findById(accessKey)
        .chain(
            key -> {
              Optional<String> secret =
                  key == null ? Optional.empty() : masterKeys.open(key.sealed(), accessKey);
              return secret.isEmpty()
                  ? Uni.createFrom().item(Optional.empty())
                  : AppUser.<AppUser>findById(key.userId)
                      .map(user -> Optional.of(new Holder(user, secret.get())));
            });
  }

  private Uni<IssuedKey> issue(AppUser user) {
    IssuedKey issued = new IssuedKey(hex(NAME_BYTES), hex(SECRET_BYTES));
    AccessKey key = new AccessKey();
    key.accessKey = issued.accessKey();
    key.userId = user.id;
    key.seal(masterKeys.seal(issued.secretKey(), issued.accessKey()));
    return key.persistAndFlush().replaceWith(issued);
  }

  private String hex(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
