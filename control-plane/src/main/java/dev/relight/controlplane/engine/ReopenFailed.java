package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.controlplane.task.TaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Lets go on what had failed: by a retry, or by a skip. The lane catches up with the others that
 * passed a barrier without it. Where a rollback had failed, it is the rollback that goes on.
 */
@ApplicationScoped
public class ReopenFailed {
  private final WholeTasks wholeTasks;
  private final MoveSubtasks moveSubtasks;
  private final Reopen reopen;
  private final RollBack rollBack;

  ReopenFailed(WholeTasks wholeTasks, MoveSubtasks moveSubtasks, Reopen reopen, RollBack rollBack) {
    this.wholeTasks = wholeTasks;
    this.moveSubtasks = moveSubtasks;
    this.reopen = reopen;
    this.rollBack = rollBack;
  }

  /** All failed subtasks of a task that FAILED; fails with a {@link Refusal} where it has not. */
  public Uni<Void> task(long taskId) {
    return moveSubtasks
        .move(List.of(taskId), List.of(), (tx, ledger, rows) -> retry(tx, ledger, taskId))
        .replaceWithVoid();
  }

  private Uni<Void> retry(Tx tx, Ledger ledger, long taskId) {
    TaskRow task = ledger.task(taskId);
    if (task.state().on(TaskSignal.RETRIED).isEmpty()) {
      throw Refusal.state(taskId, task.state());
    }
    if (task.state() == TaskState.ROLLBACK_FAILED) {
      return rollBack.all(tx, ledger, task);
    }
    return wholeTasks
        .lockFailed(tx, task)
        .chain(failed -> reopen.lanes(tx, ledger, taskId, failed, SubtaskSignal.RETRIED));
  }

  /** One failed subtask; fails with a {@link Refusal} where it is not FAILED. */
  public Uni<Void> subtask(long taskId, long subtaskId) {
    return reopenOne(taskId, subtaskId, SubtaskSignal.RETRIED);
  }

  /** Counts a failed subtask as SUCCESSFUL; fails with a {@link Refusal} where it is not FAILED. */
  public Uni<Void> skip(long taskId, long subtaskId) {
    return reopenOne(taskId, subtaskId, SubtaskSignal.SKIPPED);
  }

  private Uni<Void> reopenOne(long taskId, long subtaskId, SubtaskSignal signal) {
    return moveSubtasks
        .move(
            List.of(taskId),
            List.of(subtaskId),
            (tx, ledger, rows) -> {
              SubtaskRow row = ledger.ofTask(taskId, subtaskId, rows);
              ledger.admit(ledger.task(taskId), row, signal);
              return row.state() == SubtaskState.ROLLBACK_FAILED
                  ? rollBack.one(tx, ledger, row, signal)
                  : reopen.lanes(tx, ledger, taskId, List.of(row), signal);
            })
        .replaceWithVoid();
  }
}
