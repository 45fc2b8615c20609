package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;

/**
 * Lets failed lanes go on: by doing the failed subtask once more, or without it. A worker reads the
 * host again and does what is missing; the lane goes on behind it, also where the others have
 * passed a barrier without it.
 */
@ApplicationScoped
public class ReopenFailed {
  private final Transactions transactions;
  private final Subtasks subtasks;
  private final MoveSubtasks moveSubtasks;
  private final Reopen reopen;
  private final Event<Committed> committed;

  ReopenFailed(
      Transactions transactions,
      Subtasks subtasks,
      MoveSubtasks moveSubtasks,
      Reopen reopen,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.subtasks = subtasks;
    this.moveSubtasks = moveSubtasks;
    this.reopen = reopen;
    this.committed = committed;
  }

  /** All failed subtasks of a task that FAILED; fails with a {@link Refusal} where it has not. */
  public Uni<Void> task(long taskId) {
    return transactions
        .run(tx -> subtasks.failed(tx, taskId).chain(ids -> retry(tx, taskId, ids)))
        .invoke(committed::fire)
        .replaceWithVoid();
  }

  private Uni<Committed> retry(Tx tx, long taskId, List<Long> ids) {
    return moveSubtasks.move(
        tx,
        List.of(taskId),
        ids,
        (ledger, rows) -> {
          TaskStatus status = ledger.task(taskId).status();
          if (status != TaskStatus.FAILED) {
            throw Refusal.state(taskId, status);
          }
          List<SubtaskRow> failed =
              rows.values().stream().filter(row -> row.state() == SubtaskState.FAILED).toList();
          return reopen.lanes(tx, ledger, taskId, failed, SubtaskSignal.RETRIED);
        });
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
    return transactions
        .run(
            tx ->
                moveSubtasks.move(
                    tx,
                    List.of(taskId),
                    List.of(subtaskId),
                    (ledger, rows) -> {
                      SubtaskRow row = ledger.ofTask(taskId, subtaskId, rows);
                      // Its lane is still being repaired while it shows FAILED.
                      if (row.state() != SubtaskState.FAILED) {
                        throw Refusal.state(subtaskId, row.state().shown());
                      }
                      return reopen.lanes(tx, ledger, taskId, List.of(row), signal);
                    }))
        .invoke(committed::fire)
        .replaceWithVoid();
  }
}
