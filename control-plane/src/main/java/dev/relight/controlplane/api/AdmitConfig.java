package dev.relight.controlplane.api;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much is worked on at once; what is more is refused. */
@ConfigMapping(prefix = "relight.admit")
interface AdmitConfig {
  /** Requests, those that wait included. */
  @WithDefault("5000")
  int maxRequests();

  /** Bytes that their bodies have together. */
  @WithDefault("16M")
  MemorySize maxBytes();

  /** Hosts that their batches have together; a single one may have more. */
  @WithDefault("200000")
  int maxHosts();

  /** Requests that change a task that there is: each takes a transaction of its own. */
  @WithDefault("200")
  int maxOperations();
}
