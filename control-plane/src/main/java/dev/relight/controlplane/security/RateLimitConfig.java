package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much each user may ask; every control plane counts by itself. */
@ConfigMapping(prefix = "relight.security.rate-limit")
interface RateLimitConfig {
  /** Requests of a user in one interval; 0 for no limit. */
  @WithDefault("60000")
  long requests();

  /** When a user has all of them again. */
  @WithDefault("1m")
  Duration interval();
}
