package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How fresh the inventory is kept beside all tasks. */
@ConfigMapping(prefix = "relight.refresh")
interface RefreshConfig {
  /** How often each host is looked at, on average; 0 for never. */
  @WithDefault("5m")
  Duration interval();
}
