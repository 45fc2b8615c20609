package dev.relight.worker.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How agents are watched. */
@ConfigMapping(prefix = "relight.agent")
interface AgentConfig {
  /** How long processes must have stayed up before a start is called a success. */
  @WithDefault("2s")
  Duration settle();

  /**
   * How long an agent that was started may be wrong in the same way before the start has failed.
   */
  @WithDefault("60s")
  Duration giveUp();
}
