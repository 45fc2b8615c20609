package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.PlannedSubtask;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The counterpart of the SQL of {@link Tasks}, statement by statement. */
@Vetoed
final class MemoryTasks extends Tasks {
  private final MemoryTables tables;

  MemoryTasks(MemoryTables tables) {
    super(null);
    this.tables = tables;
  }

  @Override
  public Uni<List<TaskRow>> insert(Tx tx, List<New> made) {
    return Uni.createFrom()
        .item(
            () -> {
              List<TaskRow> rows = new ArrayList<>();
              long first =
                  tables.nextSubtasks(
                      made.stream().mapToInt(t -> t.plan().subtasks().size()).sum());
              for (New one : made) {
                List<PlannedSubtask> nodes = one.plan().subtasks();
                int roots = (int) nodes.stream().filter(PlannedSubtask::isRoot).count();
                TaskLine line = new TaskLine(tables.nextTask(), one, first, roots, tables.now());
                tables.add(line);
                rows.add(line.row());
                first += nodes.size();
              }
              return rows;
            });
  }

  @Override
  public Uni<Locked> lock(Tx tx, Collection<Long> ids) {
    return Uni.createFrom()
        .item(
            () -> {
              Map<Long, TaskRow> rows = new HashMap<>();
              for (long id : ids) {
                TaskLine line = tables.task(id);
                if (line != null) {
                  rows.put(id, line.row());
                }
              }
              return new Locked(rows, rows.isEmpty() ? null : tables.now());
            });
  }

  @Override
  public Uni<Integer> write(Tx tx, Collection<TaskRow> rows) {
    return Uni.createFrom()
        .item(
            () -> {
              // A task that was made in this transaction is there.
              rows.forEach(row -> tables.change(tables.task(row.id())).write(row));
              return rows.size();
            });
  }
}
