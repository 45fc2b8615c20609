package dev.relight.controlplane.store;

import dev.relight.controlplane.store.Subtasks.Count;
import dev.relight.controlplane.store.Subtasks.Ids;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.Dispatch;
import dev.relight.model.SubtaskKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The counterpart of the SQL of {@link WholeTasks}, statement by statement. */
@Vetoed
final class MemoryWholeTasks extends WholeTasks {
  private final MemoryTables tables;

  MemoryWholeTasks(MemoryTables tables) {
    super(null);
    this.tables = tables;
  }

  @Override
  public Uni<List<SubtaskRow>> lockLive(Tx tx, TaskRow task) {
    return lock(task, line -> line.status.isLive());
  }

  @Override
  public Uni<List<SubtaskRow>> lockCutOff(Tx tx, TaskRow task) {
    return lock(task, this::isCutOff);
  }

  private boolean isCutOff(SubtaskLine line) {
    if (line.status != SubtaskState.PENDING || line.predecessor() == null) {
      return false;
    }
    SubtaskLine before = tables.subtask(line.predecessor());
    return before.node.kind() == SubtaskKind.STOP_ALL && before.status == SubtaskState.SUCCESSFUL;
  }

  @Override
  public Uni<List<SubtaskRow>> lockFailed(Tx tx, TaskRow task) {
    return lock(task, line -> line.status == SubtaskState.FAILED);
  }

  @Override
  public Uni<List<SubtaskRow>> lockBegun(Tx tx, TaskRow task) {
    return lock(task, line -> line.status != SubtaskState.PENDING);
  }

  @Override
  public Uni<Integer> forgetCounts(Tx tx, TaskRow task) {
    return Uni.createFrom()
        .item(
            () -> {
              List<SubtaskLine> lines = of(task);
              for (SubtaskLine line : lines) {
                tables.change(line).pendingUpstreams = line.node.upstreams().size();
                line.passedUpstreams = 0;
              }
              return lines.size();
            });
  }

  @Override
  public Uni<Integer> count(Tx tx, Map<Ids, Count> settled) {
    return Uni.createFrom()
        .item(
            () -> {
              MemorySubtasks.countDown(tables, settled, false);
              return settled.size();
            });
  }

  @Override
  public Uni<List<SubtaskRow>> open(Tx tx, TaskRow task) {
    return Uni.createFrom()
        .item(
            () ->
                MemorySubtasks.rows(
                    of(task).stream()
                        .filter(line -> line.status == SubtaskState.PENDING)
                        .filter(line -> line.pendingUpstreams <= 0)
                        .filter(line -> line.isWait() || line.predecessor() != null)
                        .filter(line -> MemorySubtasks.open(tables, line))
                        .toList()));
  }

  @Override
  public Uni<List<Dispatch>> notHandedBack(Collection<Dispatch> dispatches) {
    return Uni.createFrom()
        .item(
            () -> {
              List<Dispatch> unheard = new ArrayList<>();
              for (Dispatch dispatch : dispatches) {
                SubtaskLine line = tables.subtask(dispatch.subtaskId());
                if (line != null
                    && line.fence == dispatch.fence()
                    && (line.status.isQueued() || line.status == SubtaskState.CANCELING)
                    && line.worker != null) {
                  unheard.add(dispatch);
                }
              }
              return unheard;
            });
  }

  private Uni<List<SubtaskRow>> lock(TaskRow task, Predicate<SubtaskLine> which) {
    return Uni.createFrom()
        .item(() -> MemorySubtasks.rows(of(task).stream().filter(which).toList()));
  }

  private List<SubtaskLine> of(TaskRow task) {
    return MemorySubtasks.of(tables, tables.task(task.id()));
  }
}
