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

  /** How long nothing of an agent that was started may run before the start has failed. */
  @WithDefault("60s")
  Duration giveUp();
}
