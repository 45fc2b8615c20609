package dev.relight.controlplane.security;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Encrypts at each start what lies under an older master key under the newest one, so that the
 * older one is needed no more.
 */
@Singleton
class RenewSecrets {
  private static final Logger LOG = Logger.getLogger(RenewSecrets.class);

  private final MasterKeys masterKeys;

  RenewSecrets(MasterKeys masterKeys) {
    this.masterKeys = masterKeys;
  }

  void onStart(@Observes StartupEvent event) throws Throwable {
    String newest = masterKeys.newest().orElse("");
    VertxContextSupport.subscribeAndAwait(
        () ->
            Panache.withTransaction(
                () ->
                    AccessKey.<AccessKey>list("masterKeyId <> ?1 order by accessKey", newest)
                        .invoke(this::renew)));
  }

  private void renew(List<AccessKey> older) {
    long renewed = older.stream().filter(this::renew).count();
    if (renewed > 0) {
      LOG.infof("Encrypted the secrets of %d access keys under the newest master key", renewed);
    }
    if (renewed < older.size()) {
      LOG.warnf(
          "%d access keys cannot be used: their master keys are not configured, or are others",
          older.size() - renewed);
    }
  }

  private boolean renew(AccessKey key) {
    Optional<String> secret = masterKeys.open(key.sealed(), key.accessKey);
    secret.ifPresent(it -> key.seal(masterKeys.seal(it, key.accessKey)));
    return secret.isPresent();
  }
}
