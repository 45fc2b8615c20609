package dev.relight.worker.agent;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much the log of one attempt may hold; the control plane has the same limits. */
@ConfigMapping(prefix = "relight.task-log")
public interface LogConfig {
  /** Lines of an attempt that are kept. */
  @WithDefault("10000")
  int maxLines();

  /** Their size in UTF-8. */
  @WithDefault("1M")
  MemorySize maxSize();
}
