package dev.relight.controlplane.engine;

import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Says to all workers what cannot wait for their next heartbeat. */
public interface TellWorkers {
  /**
   * Has them hand back what they have not begun of these dispatches and of older ones of the same
   * subtasks. Done once the broker keeps it: who hears anything later has heard this before.
   */
  Uni<Void> withdraw(List<Dispatch> dispatches);
}
