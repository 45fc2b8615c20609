package dev.relight.controlplane.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much of PostgreSQL is used, and how long it is waited for. */
@ConfigMapping(prefix = "relight.postgres")
interface PostgresConfig {
  /** How many connections nobody but the engine has. */
  @WithDefault("14")
  int engineConnections();

  /** How long a connection may take to be made. */
  @WithDefault("3s")
  Duration connectTimeout();

  /** How long a request, or a round of the engine, waits for a connection of the pool. */
  @WithDefault("5s")
  Duration waitTimeout();

  /** How long PostgreSQL may say nothing to a statement before its connection counts as lost. */
  @WithDefault("60s")
  Duration readTimeout();

  /** How many may wait for a connection of a pool. */
  @WithDefault("5000")
  int maxWaiting();
}
