package dev.relight.controlplane.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How many new tasks wait for PostgreSQL before more are refused. */
@ConfigMapping(prefix = "relight.submit")
interface SubmitConfig {
  /** How many wait at most, of small ones and of others each. */
  @WithDefault("4000")
  int maxWaiting();

  /** When the first of them has waited for so long, no more are taken. */
  @WithDefault("5s")
  Duration patience();
}
