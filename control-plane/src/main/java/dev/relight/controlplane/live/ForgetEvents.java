package dev.relight.controlplane.live;

import dev.relight.controlplane.engine.Rounds;
import dev.relight.controlplane.store.EventLog;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Forgets events that are too old to resume from, and published. */
@ApplicationScoped
class ForgetEvents {
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Little enough to hold up nobody. */
  private static final int AT_ONCE = 5_000;

  private final EventLog log;
  private final LiveConfig config;
  private Cancellable rounds;

  ForgetEvents(EventLog log, LiveConfig config) {
    this.log = log;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    rounds = Rounds.every(INTERVAL, "forget old events", this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  Uni<Void> round() {
    return log.forget(config.keep(), AT_ONCE)
        .chain(gone -> gone < AT_ONCE ? Uni.createFrom().voidItem() : round());
  }
}
