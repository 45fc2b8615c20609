package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Stops one subtask: its worker ends what it does on the host, and it ends FAILED. What it may have
 * stopped there is started again.
 */
@ApplicationScoped
public class CancelSubtask {
  private final MoveSubtasks moveSubtasks;

  CancelSubtask(MoveSubtasks moveSubtasks) {
    this.moveSubtasks = moveSubtasks;
  }

  /** Fails with a {@link Refusal} where the subtask is neither READY nor RUNNING. */
  public Uni<Void> cancel(long taskId, long subtaskId) {
    return moveSubtasks
        .move(
            List.of(taskId),
            List.of(subtaskId),
            (ledger, rows) -> cancel(ledger, ledger.ofTask(taskId, subtaskId, rows)))
        .replaceWithVoid();
  }

  private static void cancel(Ledger ledger, SubtaskRow row) {
    ledger.admit(ledger.task(row.node().taskId()), row, SubtaskSignal.CANCEL_ASKED);
    callOff(ledger, row);
  }

  /** Has the worker end it; what no worker has ends at once. */
  static void callOff(Ledger ledger, SubtaskRow row) {
    if (ledger.move(row, SubtaskSignal.CANCEL_ASKED) && row.worker() == null) {
      ledger.takeBack(row);
    }
  }
}
