package dev.relight.controlplane.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

@ConfigMapping(prefix = "relight.api")
interface ApiConfig {
  /** The address that answers name as their server; by default the host's own. */
  Optional<String> serverAddress();

  /** How long an operation that answers with its result waits for it. */
  @WithDefault("60s")
  Duration syncTimeout();

  /** How many hosts one batch may name. */
  @WithDefault("100000")
  int maxHosts();
}
