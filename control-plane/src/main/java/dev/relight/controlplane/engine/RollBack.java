package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.model.SubtaskKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Undoes a task that failed, until all of its subtasks are PENDING. Only a stop leaves something to
 * be undone on its host: what ran before runs again. A host that another task has had since is left
 * as that one wanted it, and one that was removed needs nothing.
 */
@ApplicationScoped
public class RollBack {
  private final MoveSubtasks moveSubtasks;
  private final WholeTasks wholeTasks;
  private final Hosts hosts;
  private final TakeHosts takeHosts;

  RollBack(MoveSubtasks moveSubtasks, WholeTasks wholeTasks, Hosts hosts, TakeHosts takeHosts) {
    this.moveSubtasks = moveSubtasks;
    this.wholeTasks = wholeTasks;
    this.hosts = hosts;
    this.takeHosts = takeHosts;
  }

  /**
   * Fails with a {@link Refusal} where the task has not FAILED, can never be rolled back, or
   * another one has a host now.
   */
  public Uni<Void> task(long taskId) {
    return moveSubtasks
        .move(
            List.of(taskId), List.of(), (tx, ledger, rows) -> all(tx, ledger, ledger.task(taskId)))
        .replaceWithVoid();
  }

  Uni<Void> all(Tx tx, Ledger ledger, TaskRow task) {
    if (task.kind().prohibitsRollback() && task.state().on(TaskSignal.ROLLBACK_ASKED).isPresent()) {
      throw Refusal.of(
          Refusal.Reason.ROLLBACK_PROHIBITED,
          "Task %d cannot be rolled back: there is nothing that could undo it."
              .formatted(task.id()),
          task.id());
    }
    ledger.operate(task.id(), TaskSignal.ROLLBACK_ASKED);
    return wholeTasks
        .lockBegun(tx, task)
        .call(() -> wholeTasks.forgetCounts(tx, task))
        .chain(
            begun ->
                takeHosts(tx, task, begun)
                    .invoke(others -> begun.forEach(row -> undo(ledger, row, others))))
        .replaceWithVoid();
  }

  /** One subtask whose rollback failed: once more, or as if it had succeeded. */
  Uni<Void> one(Tx tx, Ledger ledger, SubtaskRow failed, SubtaskSignal asked) {
    TaskRow task = ledger.task(failed.node().taskId());
    ledger.reopen(task);
    if (asked == SubtaskSignal.SKIPPED) {
      ledger.move(failed, asked);
      return Uni.createFrom().voidItem();
    }
    return takeHosts(tx, task, List.of(failed))
        .invoke(others -> undo(ledger, failed, others))
        .replaceWithVoid();
  }

  /** Answers those hosts that another task has had since, or that were removed. */
  private Uni<Set<Long>> takeHosts(Tx tx, TaskRow task, Collection<SubtaskRow> rows) {
    Long[] hostIds =
        rows.stream()
            .map(row -> row.node().hostId())
            .filter(Objects::nonNull)
            .distinct()
            .toArray(Long[]::new);
    return hosts
        .find(tx, hostIds)
        .map(Map::keySet)
        .chain(
            there -> {
              Long[] left = Stream.of(hostIds).filter(there::contains).toArray(Long[]::new);
              return hosts
                  .lastHadByOthers(tx, left, task.id())
                  .call(() -> takeHosts.of(tx, left, task.id()))
                  .map(
                      others ->
                          Stream.of(hostIds)
                              .filter(id -> !there.contains(id) || others.contains(id))
                              .collect(Collectors.toSet()));
            });
  }

  private static void undo(Ledger ledger, SubtaskRow row, Set<Long> others) {
    // Without a fence there never was a command.
    boolean mayHaveStopped = row.node().kind() == SubtaskKind.STOP_ALL && row.fence() > 0;
    if (!mayHaveStopped || others.contains(row.node().hostId())) {
      ledger.move(row, SubtaskSignal.ROLLED_BACK);
    } else if (row.state() == SubtaskState.ROLLBACK_FAILED) {
      ledger.move(row, SubtaskSignal.RETRIED);
    } else {
      ledger.move(row, SubtaskSignal.ROLLBACK_ASKED);
    }
  }
}
