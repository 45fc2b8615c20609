package dev.relight.controlplane.live;

import dev.relight.controlplane.engine.Chore;
import dev.relight.controlplane.store.EventLog;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Forgets events that are too old to resume from, and published. */
@ApplicationScoped
class ForgetEvents implements Chore {
  /** Little enough to hold up nobody. */
  private static final int AT_ONCE = 5_000;

  private final EventLog log;
  private final LiveConfig config;

  ForgetEvents(EventLog log, LiveConfig config) {
    this.log = log;
    this.config = config;
  }

  @Override
  public String what() {
    return "forget old events";
  }

  @Override
  public Duration interval() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Uni<Void> round() {
    return log.forget(config.keep(), AT_ONCE)
        .chain(gone -> gone < AT_ONCE ? Uni.createFrom().voidItem() : round());
  }
}
