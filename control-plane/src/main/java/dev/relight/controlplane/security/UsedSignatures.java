package dev.relight.controlplane.security;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Takes each signature once, whichever control plane it is shown to. It remembers them in
 * PostgreSQL, and only those of known keys that were right.
 */
@Singleton
class UsedSignatures {
  private static final Logger LOG = Logger.getLogger(UsedSignatures.class);
  private static final Duration FORGET_EVERY = Duration.ofSeconds(10);

  private static final String USE =
      """
      insert into used_signature (access_key, signature, expire_time) values (?1, ?2, ?3)
      on conflict do nothing returning 1""";

  // Control planes that forget at the same time do not wait for each other.
  private static final String FORGET =
      """
      delete from used_signature u using (
        select access_key, signature from used_signature where expire_time < now()
        limit 20000 for update skip locked) old
      where u.access_key = old.access_key and u.signature = old.signature""";

  private final Clock clock;
  private final AtomicReference<Instant> forgotten = new AtomicReference<>(Instant.EPOCH);

  UsedSignatures(Clock clock) {
    this.clock = clock;
  }

  /** Whether this is its first use; it is remembered until then. */
  Uni<Boolean> use(Signature signature, Instant until) {
    return Panache.withTransaction(
            () ->
                Panache.getSession()
                    .chain(
                        session ->
                            session
                                .createNativeQuery(USE, Integer.class)
                                .setParameter(1, signature.accessKey())
                                .setParameter(2, signature.value())
                                .setParameter(3, until.atOffset(ZoneOffset.UTC))
                                .getSingleResultOrNull()))
        .map(used -> used != null)
        .call(this::forgetNowAndThen);
  }

  private Uni<Integer> forgetNowAndThen() {
    Instant now = clock.instant();
    Instant last = forgotten.get();
    if (now.isBefore(last.plus(FORGET_EVERY)) || !forgotten.compareAndSet(last, now)) {
      return Uni.createFrom().item(0);
    }
    return Panache.withTransaction(
            () ->
                Panache.getSession()
                    .chain(session -> session.createNativeQuery(FORGET).executeUpdate()))
        .onFailure()
        .recoverWithItem(
            failure -> {
              LOG.warn("Old signatures could not be deleted, which is tried again", failure);
              return 0;
            });
  }
}
