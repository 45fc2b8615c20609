package dev.relight.controlplane.security;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;
import org.jboss.logging.Logger;

/**
 * Makes the user {@code admin} where there is no user yet. Of several control planes that start at
 * once, exactly one makes it.
 */
@Singleton
class FirstUser {
  private static final Logger LOG = Logger.getLogger(FirstUser.class);
  private static final String INSERT =
      """
      insert into app_user (id, name, password_hash, roles)
      values (100, 'admin', ?1, '{ADMIN}')
      on conflict do nothing returning id""";

  private final AdminConfig config;

  FirstUser(AdminConfig config) {
    this.config = config;
  }

  void onStart(@Observes StartupEvent event) throws Throwable {
    long users =
        VertxContextSupport.subscribeAndAwait(() -> Panache.withSession(() -> AppUser.count()));
    if (users > 0) {
      return;
    }
    String password = config.password().orElseGet(FirstUser::random);
    boolean made = insert(BcryptUtil.bcryptHash(password)) != null;
    if (made && config.password().isEmpty()) {
      LOG.warnf("Made the user admin with the password %s (shown only now, change it)", password);
    } else if (made) {
      LOG.info("Made the user admin with the configured password");
    }
  }

  private static Long insert(String hash) throws Throwable {
    return VertxContextSupport.subscribeAndAwait(
        () ->
            Panache.withTransaction(
                () ->
                    Panache.getSession()
                        .chain(
                            session ->
                                session
                                    .createNativeQuery(INSERT, Long.class)
                                    .setParameter(1, hash)
                                    .getSingleResultOrNull())));
  }

  private static String random() {
    byte[] bytes = new byte[18];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
