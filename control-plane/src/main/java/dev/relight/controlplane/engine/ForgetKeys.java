package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.RequestKeys;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Forgets Idempotency-Keys that nobody may rely on any more. */
@ApplicationScoped
class ForgetKeys implements Chore {
  /** Little enough to hold up nobody. */
  private static final int AT_ONCE = 1_000;

  private final RequestKeys keys;
  private final KeyConfig config;

  ForgetKeys(RequestKeys keys, KeyConfig config) {
    this.keys = keys;
    this.config = config;
  }

  @Override
  public String what() {
    return "forget old keys";
  }

  @Override
  public Duration interval() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Uni<Void> round() {
    return keys.forget(config.lifetime(), AT_ONCE)
        .chain(gone -> gone < AT_ONCE ? Uni.createFrom().voidItem() : round());
  }
}
