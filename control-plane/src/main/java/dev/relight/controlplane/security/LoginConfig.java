package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How guessing of passwords is slowed down; every control plane counts by itself. */
@ConfigMapping(prefix = "relight.security.login")
interface LoginConfig {
  /** Wrong passwords for one user name before the next one has to wait; 0 for no such limit. */
  @WithDefault("5")
  int attempts();

  /** Wrong passwords from one address before the next one has to wait; 0 for no such limit. */
  @WithDefault("50")
  int addressAttempts();

  /** The first wait; each further wrong password doubles it. */
  @WithDefault("1s")
  Duration delay();

  /** The longest wait. */
  @WithDefault("60s")
  Duration maxDelay();

  /** How long after the last wrong password all of them are forgotten. */
  @WithDefault("15m")
  Duration memory();
}
