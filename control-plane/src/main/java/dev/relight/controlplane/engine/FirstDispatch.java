package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Dispatches.Seat;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.SubtaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sends new tasks on their way: their first events, and the commands of their roots. */
@ApplicationScoped
class FirstDispatch {
  private final Dispatches dispatches;
  private final Books books;
  private final Fleet fleet;
  private final DispatchWaiting dispatchWaiting;
  private final Json json;

  FirstDispatch(
      Dispatches dispatches, Books books, Fleet fleet, DispatchWaiting dispatchWaiting, Json json) {
    this.dispatches = dispatches;
    this.books = books;
    this.fleet = fleet;
    this.dispatchWaiting = dispatchWaiting;
    this.json = json;
  }

  /** In the transaction that made the tasks, with their rows. */
  Uni<List<Addressed>> of(
      Tx tx, List<SubmittedTask> submitted, List<TaskRow> rows, Map<Long, String> poolOfHost) {
    Map<Long, TaskRow> tasks = rows.stream().collect(Collectors.toMap(TaskRow::id, row -> row));
    Ledger ledger = new Ledger(json, rows.get(0).createTime(), tasks);
    Map<Long, Seat> seats = new HashMap<>();
    for (SubmittedTask task : submitted) {
      TaskRow row = tasks.get(task.id());
      ledger.submitted(row, task.plan().hostIds());
      for (PlannedSubtask node : task.plan().subtasks()) {
        if (node.isRoot()) {
          ledger.queued(row, event(task, node));
          fleet
              .seat(poolOfHost.get(node.hostId()))
              .ifPresentOrElse(
                  seat -> seats.put(task.subtaskId(node.number()), seat), dispatchWaiting::soon);
        }
      }
    }
    return Uni.combine()
        .all()
        .unis(dispatches.dispatch(tx, seats, Announce.ID), books.close(tx, ledger).replaceWith(0))
        .with((commands, closed) -> commands);
  }

  private static SubtaskEvent event(SubmittedTask submitted, PlannedSubtask node) {
    return new SubtaskEvent(
        submitted.id(),
        submitted.subtaskId(node.number()),
        node.kind(),
        node.hostId(),
        submitted.plan().shownLane(node),
        SubtaskStatus.READY,
        SubtaskOperation.EXECUTE,
        1,
        null,
        null,
        null,
        submitted.startTime().toInstant());
  }
}
