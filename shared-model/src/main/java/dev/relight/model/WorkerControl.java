package dev.relight.model;

import java.util.List;
import java.util.Map;

/**
 * What a control plane says to all workers.
 *
 * @param acknowledged per worker id, the newest heartbeat whose lease stands in PostgreSQL; a
 *     worker that was not acknowledged for half a lease starts nothing
 * @param cancel dispatches to stop; a worker that does not run them ignores them
 * @param withdraw dispatches to hand back RELEASED where they have not begun; what has begun goes
 *     on
 * @param looks per worker id, hosts to look at when there is time; null or empty for none
 */
public record WorkerControl(
    Map<String, Long> acknowledged,
    List<Dispatch> cancel,
    List<Dispatch> withdraw,
    Map<String, List<HostLook>> looks) {
  /** One that sends nobody to look at hosts. */
  public WorkerControl(
      Map<String, Long> acknowledged, List<Dispatch> cancel, List<Dispatch> withdraw) {
    this(acknowledged, cancel, withdraw, Map.of());
  }
}
