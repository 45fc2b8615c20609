package dev.relight.controlplane.store;

import dev.relight.controlplane.task.SubtaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The counterpart of the SQL of {@link Subtasks}, statement by statement. */
@Vetoed
final class MemorySubtasks extends Subtasks {
  private final MemoryTables tables;

  MemorySubtasks(MemoryTables tables) {
    this.tables = tables;
  }

  @Override
  public Uni<Integer> insert(Tx tx, List<NewSubtask> made, Map<Long, String> poolOfHost) {
    return Uni.createFrom()
        .item(
            () -> {
              made.forEach(
                  one -> {
                    Long host = one.node().hostId();
                    tables.add(new SubtaskLine(one, host == null ? null : poolOfHost.get(host)));
                  });
              return made.size();
            });
  }

  @Override
  public Uni<List<SubtaskRow>> lock(Tx tx, Long[] ids) {
    return Uni.createFrom()
        .item(
            () ->
                rows(
                    Arrays.stream(ids)
                        .distinct()
                        .map(tables::subtask)
                        .filter(Objects::nonNull)
                        .toList()));
  }

  @Override
  public Uni<Integer> write(Tx tx, Collection<SubtaskRow> rows) {
    return Uni.createFrom()
        .item(
            () -> {
              rows.forEach(row -> tables.change(tables.subtask(row.id())).write(row));
              return rows.size();
            });
  }

  @Override
  public Uni<List<SubtaskRow>> countDown(Tx tx, Map<Ids, Count> settled) {
    return Uni.createFrom().item(() -> rows(countDownTwoLevels(settled)));
  }

  private List<SubtaskLine> countDownTwoLevels(Map<Ids, Count> settled) {
    List<SubtaskLine> moved = countDown(tables, settled, true);
    Map<Ids, Count> opened = new LinkedHashMap<>();
    moved.stream()
        .filter(SubtaskLine::isWait)
        .forEach(line -> opened.put(line.downstreams(), new Count(1, 1)));
    return Stream.concat(
            moved.stream().sorted(Comparator.comparing(line -> !line.isWait())),
            countDown(tables, opened, true).stream())
        .toList();
  }

  /** Takes them off the counters, and where asked opens what has nothing to wait for any more. */
  static List<SubtaskLine> countDown(MemoryTables tables, Map<Ids, Count> settled, boolean open) {
    List<SubtaskLine> moved = new ArrayList<>();
    settled.forEach(
        (ids, count) -> {
          for (long id = ids.first(); id <= ids.last(); id++) {
            SubtaskLine line = tables.subtask(id);
            if (line.status == SubtaskState.PENDING) {
              tables.change(line);
              line.pendingUpstreams -=
                  tables.has(Fault.A_BARRIER_COUNTS_TWICE) ? 2 * count.settled() : count.settled();
              line.passedUpstreams += count.passed();
              if (open && opens(tables, line)) {
                moved.add(line);
              }
            }
          }
        });
    return moved;
  }

  private static boolean opens(MemoryTables tables, SubtaskLine line) {
    boolean early = tables.has(Fault.A_BARRIER_OPENS_EARLY) && line.isWait();
    return (line.pendingUpstreams <= 0 || early) && open(tables, line);
  }

  /** Opens a barrier behind which a lane goes on, or sends a lane on whose last stage succeeded. */
  static boolean open(MemoryTables tables, SubtaskLine line) {
    if (line.isWait() && line.passedUpstreams > 0) {
      tables.change(line).status = SubtaskState.SUCCESSFUL;
      line.finishTime = tables.now();
      return true;
    }
    if (!line.isWait() && hasPassed(tables, line)) {
      tables.change(line).status = SubtaskState.READY;
      return true;
    }
    return false;
  }

  private static boolean hasPassed(MemoryTables tables, SubtaskLine line) {
    Long predecessor = line.predecessor();
    return predecessor == null
        || tables.has(Fault.A_LANE_PASSES_WITHOUT_ITS_STAGE)
        || tables.subtask(predecessor).status == SubtaskState.SUCCESSFUL;
  }

  @Override
  public Uni<Integer> countUp(Tx tx, Map<Long, Integer> more) {
    return Uni.createFrom()
        .item(
            () -> {
              if (!tables.has(Fault.A_RETRY_IS_NOT_AWAITED)) {
                more.forEach(this::countUp);
              }
              return more.size();
            });
  }

  private void countUp(long id, int more) {
    SubtaskLine line = tables.subtask(id);
    if (line.status == SubtaskState.PENDING) {
      tables.change(line).pendingUpstreams += more;
    }
  }

  @Override
  public Uni<List<SubtaskRow>> catchUp(Tx tx, List<Long> ids) {
    return Uni.createFrom()
        .item(
            () ->
                rows(
                    ids.stream()
                        .distinct()
                        .map(tables::subtask)
                        .filter(line -> line.status == SubtaskState.PENDING)
                        .filter(line -> line.pendingUpstreams <= 0)
                        .filter(line -> !tables.has(Fault.NOBODY_CATCHES_UP))
                        .map(this::catchUp)
                        .toList()));
  }

  private SubtaskLine catchUp(SubtaskLine line) {
    tables.change(line).status = SubtaskState.READY;
    return line;
  }

  /** The subtasks of a task. */
  static List<SubtaskLine> of(MemoryTables tables, TaskLine task) {
    List<SubtaskLine> lines = new ArrayList<>(task.plan.subtasks().size());
    for (int number = 0; number < task.plan.subtasks().size(); number++) {
      lines.add(tables.subtask(task.firstSubtaskId + number));
    }
    return lines;
  }

  /** Rows in the order of their ids. */
  static List<SubtaskRow> rows(Collection<SubtaskLine> lines) {
    return lines.stream()
        .sorted(Comparator.comparingLong(SubtaskLine::id))
        .map(SubtaskLine::row)
        .collect(Collectors.toList());
  }
}
