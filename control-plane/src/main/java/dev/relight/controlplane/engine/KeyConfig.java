package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "relight.idempotency")
interface KeyConfig {
  /** For how long a request under the same Idempotency-Key is the same request. */
  @WithDefault("24h")
  Duration lifetime();
}
