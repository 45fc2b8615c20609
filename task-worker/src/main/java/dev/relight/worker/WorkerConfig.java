package dev.relight.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What may be set on a worker. */
@ConfigMapping(prefix = "relight.worker")
interface WorkerConfig {
  /** The pool of hosts that this worker serves: it reads the commands of that pool alone. */
  @WithDefault("default")
  String pool();

  /** How many commands it runs at once at most. The work is waiting for hosts. */
  @WithDefault("1000")
  int slots();

  /** How often it tells that it is alive, and how often the log of running work is sent. */
  @WithDefault("500ms")
  Duration heartbeatInterval();

  /** How long an orderly stop waits for running work before it hands it back. */
  @WithDefault("20s")
  Duration drainTimeout();
}
