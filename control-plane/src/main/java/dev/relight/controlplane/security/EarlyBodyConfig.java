package dev.relight.controlplane.security;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What may be in memory of requests of which nobody knows yet whose they are. */
@ConfigMapping(prefix = "relight.security.early-body")
interface EarlyBodyConfig {
  /**
   * Bytes of bodies that are signed or in chunks, until their senders are known; an address has at
   * most half of it.
   */
  @WithDefault("16M")
  MemorySize maxBytes();

  /** How long such a body may take to come. */
  @WithDefault("30s")
  Duration timeout();
}
