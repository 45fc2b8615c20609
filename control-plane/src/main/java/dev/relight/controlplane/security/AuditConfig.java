package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "relight.audit")
interface AuditConfig {
  /** How long an event is kept. */
  @WithDefault("90d")
  Duration keep();

  /** How many events are kept of those who have not said who they are, or not truly. */
  @WithDefault("100000")
  int maxStrangers();
}
