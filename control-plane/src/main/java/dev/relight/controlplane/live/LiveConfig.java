package dev.relight.controlplane.live;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Live streams of events. */
@ConfigMapping(prefix = "relight.live")
interface LiveConfig {
  /** How many streams are open at this control plane at most; 0 for none. */
  @WithDefault("1000")
  int maxStreams();

  /** How often a stream says that it is still there. */
  @WithDefault("15s")
  Duration heartbeat();

  /** How often it is looked whether viewers may still see what they see. */
  @WithDefault("3s")
  Duration checkInterval();

  /** How many frames may wait for a viewer, of up to 500 events each, before it is dropped. */
  @WithDefault("64")
  int maxWaiting();

  /** How long events are kept, and so for how long a stream can be resumed. */
  @WithDefault("7d")
  Duration keep();
}
