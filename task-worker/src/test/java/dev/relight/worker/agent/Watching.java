package dev.relight.worker.agent;

import java.time.Duration;

/** How agents are watched in a test. */
record Watching(Duration settle, Duration giveUp) implements AgentConfig {
  /** As briefly as processes can be seen to stay. */
  static final Watching BRIEFLY = new Watching(Duration.ofMillis(50), Duration.ofSeconds(60));
}
