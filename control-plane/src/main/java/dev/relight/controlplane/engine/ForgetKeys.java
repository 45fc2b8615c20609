package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.RequestKeys;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Forgets Idempotency-Keys that nobody may rely on any more. */
@ApplicationScoped
class ForgetKeys {
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  private final RequestKeys keys;
  private final KeyConfig config;
  private Cancellable rounds;

  ForgetKeys(RequestKeys keys, KeyConfig config) {
    this.keys = keys;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    rounds = Rounds.every(INTERVAL, "forget old keys", this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  Uni<Void> round() {
    return keys.forget(config.lifetime()).replaceWithVoid();
  }
}
