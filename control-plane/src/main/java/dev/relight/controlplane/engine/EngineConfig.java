package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When the engine loses patience. */
@ConfigMapping(prefix = "relight.dispatch")
public interface EngineConfig {
  /** How long a silent worker is trusted with what it has. */
  @WithDefault("3s")
  Duration lease();

  /** How many lost workers a subtask may have before it is FAILED. */
  @WithDefault("5")
  int maxTakeovers();

  /** After how long without an answer a command is sent again. */
  @WithDefault("60s")
  Duration republish();

  /** How often PostgreSQL is searched for what does not move as it should. */
  @WithDefault("500ms")
  Duration sweepInterval();

  /** How many subtasks one search takes on at most. */
  @WithDefault("2000")
  int sweepLimit();
}
