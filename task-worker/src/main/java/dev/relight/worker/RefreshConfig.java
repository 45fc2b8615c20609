package dev.relight.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much a worker looks at hosts beside all tasks. */
@ConfigMapping(prefix = "relight.refresh")
interface RefreshConfig {
  /** At how many hosts it looks at the same time at most; they take no slots. */
  @WithDefault("32")
  int concurrency();
}
