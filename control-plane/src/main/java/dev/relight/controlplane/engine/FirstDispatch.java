package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.SubtaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sends new tasks on their way: their first events, and the commands of their roots. */
@ApplicationScoped
class FirstDispatch {
  private final Books books;
  private final DispatchWaiting dispatchWaiting;
  private final Json json;

  FirstDispatch(Books books, DispatchWaiting dispatchWaiting, Json json) {
    this.books = books;
    this.dispatchWaiting = dispatchWaiting;
    this.json = json;
  }

  /** In the transaction that made the tasks, with their rows. */
  Uni<List<Addressed>> of(
      Tx tx, List<SubmittedTask> submitted, List<TaskRow> rows, Map<Long, String> poolOfHost) {
    Map<Long, TaskRow> tasks = rows.stream().collect(Collectors.toMap(TaskRow::id, row -> row));
    Ledger ledger = new Ledger(json, rows.get(0).createTime(), tasks);
    Map<Long, String> roots = new LinkedHashMap<>();
    for (SubmittedTask task : submitted) {
      TaskRow row = tasks.get(task.id());
      ledger.submitted(row, task.plan().hostIds());
      for (PlannedSubtask node : task.plan().subtasks()) {
        if (node.isRoot()) {
          ledger.queued(row, event(task, node));
          roots.put(task.subtaskId(node.number()), poolOfHost.get(node.hostId()));
        }
      }
    }
    return Uni.combine()
        .all()
        .unis(dispatchWaiting.dispatch(tx, roots), books.close(tx, ledger).replaceWith(0))
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
