package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.model.Dispatch;
import java.util.List;

/**
 * Fired once a transaction of the engine has been committed: what is to be told now. Whoever misses
 * it, through a crash, finds the same in PostgreSQL.
 *
 * @param commands to be published
 * @param endedTasks ids of the tasks that ended
 * @param canceled dispatches that their workers are to stop
 * @param tally to be counted
 */
public record Committed(
    List<Addressed> commands, List<Long> endedTasks, List<Dispatch> canceled, Tally tally) {

  static Committed of(List<Addressed> commands) {
    return of(commands, Tally.NOTHING);
  }

  static Committed of(List<Addressed> commands, Tally tally) {
    return new Committed(commands, List.of(), List.of(), tally);
  }
}
