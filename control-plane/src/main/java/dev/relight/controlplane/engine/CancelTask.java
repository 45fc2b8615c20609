package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Ends a task before its time: nothing new starts, what runs is stopped, and the agents that it has
 * stopped and not started again are brought back. Lanes that have ended stay as they are.
 */
@ApplicationScoped
public class CancelTask {
  private final MoveSubtasks moveSubtasks;
  private final WholeTasks wholeTasks;
  private final WithdrawDispatches withdrawDispatches;

  CancelTask(
      MoveSubtasks moveSubtasks, WholeTasks wholeTasks, WithdrawDispatches withdrawDispatches) {
    this.moveSubtasks = moveSubtasks;
    this.wholeTasks = wholeTasks;
    this.withdrawDispatches = withdrawDispatches;
  }

  /** Fails with a {@link Refusal} where the task neither runs nor is paused. */
  public Uni<Void> cancel(long taskId) {
    NotBegun notBegun = new NotBegun();
    return moveSubtasks
        .move(
            List.of(taskId), List.of(), (tx, ledger, rows) -> cancel(tx, ledger, taskId, notBegun))
        .chain(() -> withdrawDispatches.withdraw(notBegun))
        .replaceWithVoid();
  }

  private Uni<Void> cancel(Tx tx, Ledger ledger, long taskId, NotBegun notBegun) {
    return Uni.createFrom()
        .item(() -> ledger.operate(taskId, TaskSignal.CANCEL_ASKED))
        .chain(
            task ->
                Uni.combine()
                    .all()
                    .unis(wholeTasks.lockLive(tx, task), wholeTasks.lockCutOff(tx, task))
                    .with(
                        (live, cutOff) -> {
                          live.forEach(row -> end(ledger, row, notBegun));
                          cutOff.forEach(row -> ledger.move(row, SubtaskSignal.CUT_OFF));
                          return null;
                        }));
  }

  private static void end(Ledger ledger, SubtaskRow row, NotBegun notBegun) {
    // What was canceled by itself a moment ago may not have begun either.
    boolean mayBegin = row.state() == SubtaskState.READY || row.state() == SubtaskState.CANCELING;
    if (mayBegin) {
      notBegun.add(row);
    }
    if (row.state() == SubtaskState.COMPENSATION_READY && row.worker() == null) {
      // It may have waited for the task to be resumed.
      ledger.move(row, SubtaskSignal.REDISPATCHED);
    } else {
      CancelSubtask.callOff(ledger, row);
    }
  }
}
