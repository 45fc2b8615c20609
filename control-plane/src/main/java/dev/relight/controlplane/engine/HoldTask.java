package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Astray;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Holds a task and lets it go on. What runs comes to its end while the task is PAUSED; nothing else
 * begins, whatever its worker does: what it has and has not said STARTED to is not its own any
 * more.
 */
@ApplicationScoped
public class HoldTask {
  private final MoveSubtasks moveSubtasks;
  private final WholeTasks wholeTasks;
  private final WithdrawDispatches withdrawDispatches;
  private final Astray astray;

  HoldTask(
      MoveSubtasks moveSubtasks,
      WholeTasks wholeTasks,
      WithdrawDispatches withdrawDispatches,
      Astray astray) {
    this.moveSubtasks = moveSubtasks;
    this.wholeTasks = wholeTasks;
    this.withdrawDispatches = withdrawDispatches;
    this.astray = astray;
  }

  /** Nothing more starts once this is done; a {@link Refusal} where the task does not run. */
  public Uni<Void> pause(long taskId) {
    NotBegun notBegun = new NotBegun();
    return moveSubtasks
        .move(List.of(taskId), List.of(), (tx, ledger, rows) -> pause(tx, ledger, taskId, notBegun))
        .chain(() -> withdrawDispatches.withdraw(notBegun))
        .chain(left -> takeBack(taskId, left));
  }

  private Uni<Void> pause(Tx tx, Ledger ledger, long taskId, NotBegun notBegun) {
    return wholeTasks
        .lockLive(tx, ledger.operate(taskId, TaskSignal.PAUSE_ASKED))
        .invoke(
            live ->
                live.stream()
                    // What was canceled by itself a moment ago may not have begun either.
                    .filter(row -> row.state().isQueued() || row.state() == SubtaskState.CANCELING)
                    .forEach(notBegun::add))
        .replaceWithVoid();
  }

  /**
   * From workers that did not answer; should one begin nevertheless, it is told to stop. While
   * reports lie unread, a STARTED may be among them: then {@link SweepAstray} does it, later.
   */
  private Uni<Void> takeBack(long taskId, List<Dispatch> left) {
    if (left.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return moveSubtasks
        .move(
            List.of(taskId),
            left.stream().map(Dispatch::subtaskId).collect(Collectors.toSet()),
            (tx, ledger, rows) ->
                astray
                    .allAreRead(tx)
                    .invoke(
                        areRead -> {
                          if (areRead && ledger.task(taskId).state() == TaskState.PAUSED) {
                            takeBack(ledger, rows, left);
                          }
                        })
                    .replaceWithVoid())
        .replaceWithVoid();
  }

  private static void takeBack(Ledger ledger, Map<Long, SubtaskRow> rows, List<Dispatch> left) {
    left.forEach(
        dispatch -> {
          SubtaskRow row = rows.get(dispatch.subtaskId());
          if (row != null && row.state().isQueued() && row.fence() == dispatch.fence()) {
            ledger.takeBack(row);
          }
        });
  }

  /** The task goes on exactly where it stood; a {@link Refusal} where it is not PAUSED. */
  public Uni<Void> resume(long taskId) {
    return moveSubtasks
        .move(List.of(taskId), List.of(), (tx, ledger, rows) -> resume(tx, ledger, taskId))
        .replaceWithVoid();
  }

  private Uni<Void> resume(Tx tx, Ledger ledger, long taskId) {
    return wholeTasks
        .lockLive(tx, ledger.operate(taskId, TaskSignal.RESUME_ASKED))
        .invoke(
            live ->
                live.stream()
                    .filter(row -> row.state().isQueued() && row.worker() == null)
                    .forEach(
                        row -> {
                          row.forgetDeadline();
                          ledger.move(row, SubtaskSignal.REDISPATCHED);
                        }))
        .replaceWithVoid();
  }
}
