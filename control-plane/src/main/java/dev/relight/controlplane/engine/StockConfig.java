package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "relight.metrics")
interface StockConfig {
  /** How often the metrics are brought up to date that are read from PostgreSQL. */
  @WithDefault("10s")
  Duration interval();
}
