package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long what is over stays. */
@ConfigMapping(prefix = "relight.retention")
interface RetentionConfig {
  /** Tasks that ended, with their subtasks and logs. */
  @WithDefault("90d")
  Duration tasks();

  /** How often it is looked for what is older. */
  @WithDefault("10s")
  Duration interval();
}
