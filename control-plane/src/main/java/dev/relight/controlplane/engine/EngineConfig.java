package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When the engine loses patience. */
@ConfigMapping(prefix = "relight")
public interface EngineConfig {
  /** How long a silent worker is trusted with what it has. */
  @WithDefault("3s")
  Duration lease();

  /** How many lost workers a subtask may have before it is FAILED. */
  @WithDefault("5")
  int maxTakeovers();

  /** Dispatching of commands. */
  DispatchConfig dispatch();

  /** Looking for what does not move. */
  SweepConfig sweep();

  /** Dispatching of commands. */
  interface DispatchConfig {
    /** After how long without an answer a command is sent again. */
    @WithDefault("60s")
    Duration republish();
  }

  /** Looking for what does not move. */
  interface SweepConfig {
    /** How often. */
    @WithDefault("500ms")
    Duration interval();

    /** How many subtasks one transaction takes on at most. */
    @WithDefault("2000")
    int limit();
  }
}
