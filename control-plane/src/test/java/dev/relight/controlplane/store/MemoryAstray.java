package dev.relight.controlplane.store;

import dev.relight.controlplane.store.MemoryTables.Lease;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The counterpart of the SQL of {@link Astray}, statement by statement. */
@Vetoed
final class MemoryAstray extends Astray {
  /** Of what was dispatched before its task was paused. */
  private static final long TO_HAND_BACK = 5_000;

  private static final long TO_PUBLISH = 3_000;
  private static final long TO_READ = 5_000;
  private static final long AT_LAST = 300_000;

  private final MemoryTables tables;

  MemoryAstray(MemoryTables tables) {
    this.tables = tables;
  }

  @Override
  public Uni<List<Found>> lost(Tx tx, int limit) {
    return find(limit, line -> line.status.isLive() && line.worker != null && isLost(line.worker));
  }

  private boolean isLost(String worker) {
    if (tables.has(Fault.THE_LOST_ARE_NOT_FOUND)) {
      return false;
    }
    return tables.has(Fault.THE_LIVING_ARE_TAKEN_OVER) || !tables.isTrusted(worker);
  }

  @Override
  public Uni<List<Found>> timedOut(Tx tx, int limit) {
    return find(
        limit,
        line ->
            line.status.isStarted()
                && line.deadline != null
                && isTimedOut(Duration.between(line.deadline, tables.now()).toMillis()));
  }

  @Override
  public Uni<List<Found>> unanswered(Tx tx, Duration patience, int limit) {
    return find(
        limit,
        line ->
            line.status.isQueued()
                && line.worker != null
                && isUnanswered(line, patience.toMillis())
                && (allAreRead() || tables.millis() - line.dispatchedAt > AT_LAST));
  }

  @Override
  public Uni<Boolean> allAreRead(Tx tx) {
    return Uni.createFrom().item(this::allAreRead);
  }

  private boolean isTimedOut(long late) {
    return late > TO_READ && (allAreRead() || late > AT_LAST);
  }

  private boolean allAreRead() {
    List<Lease> living =
        tables.controlPlanes.values().stream()
            .filter(lease -> lease.until() >= tables.millis())
            .toList();
    int all = living.stream().mapToInt(Lease::ofPartitions).max().orElse(0);
    return all > 0 && living.stream().mapToInt(Lease::partitions).sum() >= all;
  }

  private boolean isUnanswered(SubtaskLine line, long patience) {
    if (tables.has(Fault.NOTHING_IS_SENT_AGAIN)) {
      return false;
    }
    long age = tables.millis() - line.dispatchedAt;
    boolean paused = tables.task(line.taskId).state() == TaskState.PAUSED;
    Lease lease = tables.controlPlanes.get(line.dispatcher);
    return age > patience
        || age > TO_HAND_BACK && paused
        || age > TO_PUBLISH && (lease == null || lease.until() < tables.millis());
  }

  @Override
  public Uni<List<Dispatch>> notTheirs(Tx tx, List<Dispatch> running) {
    return Uni.createFrom()
        .item(() -> running.stream().filter(dispatch -> !isTheirs(dispatch)).toList());
  }

  private boolean isTheirs(Dispatch dispatch) {
    SubtaskLine line = tables.subtask(dispatch.subtaskId());
    return line != null
        && line.fence == dispatch.fence()
        && line.worker != null
        && line.status.isLive()
        && line.status != SubtaskState.CANCELING;
  }

  private Uni<List<Found>> find(int limit, Predicate<SubtaskLine> which) {
    return Uni.createFrom()
        .item(
            () -> {
              List<Found> found = new ArrayList<>();
              for (SubtaskLine line : tables.subtasks) {
                if (line != null && found.size() < limit && which.test(line)) {
                  found.add(new Found(line.taskId, new Dispatch(line.id, line.fence)));
                }
              }
              return found;
            });
  }
}
