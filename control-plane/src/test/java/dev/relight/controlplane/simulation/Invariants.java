package dev.relight.controlplane.simulation;

import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.HostLine;
import dev.relight.controlplane.store.MemoryTables.Auditor;
import dev.relight.controlplane.store.MemoryTables.Change;
import dev.relight.controlplane.store.SubtaskLine;
import dev.relight.controlplane.store.TaskLine;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What must hold after every step; a {@link Violation} is thrown where it does not. */
final class Invariants implements Auditor {
  private final World world;
  private final Map<Long, long[]> sequences = new HashMap<>();
  private final Map<Long, SubtaskEvent> told = new HashMap<>();
  private final Map<Long, Boolean> holds = new HashMap<>();
  private final Map<Long, Long> lost = new HashMap<>();
  private final Set<Long> unrepaired = new HashSet<>();
  private final Set<Long> cutOffLanes = new HashSet<>();
  private final Set<Dispatch> succeeding = new HashSet<>();
  private boolean onlyStale;
  private AssertionError broken;

  Invariants(World world) {
    this.world = world;
  }

  /** What was found where nothing could be thrown, or null. */
  AssertionError broken() {
    return broken;
  }

  void broke(Throwable failure) {
    if (broken == null) {
      broken =
          failure instanceof AssertionError error ? error : new AssertionError("failed", failure);
    }
  }

  void applies(List<SubtaskReport> batch) {
    onlyStale = true;
    for (SubtaskReport report : batch) {
      SubtaskLine line = world.tables().subtask(report.subtaskId());
      onlyStale &= line.fence() != report.fence() || line.worker() == null;
      if (report.type() == ReportType.SUCCEEDED) {
        succeeding.add(new Dispatch(report.subtaskId(), report.fence()));
      }
    }
  }

  void applied() {
    onlyStale = false;
    succeeding.clear();
  }

  @Override
  public void committed(List<Change> changes, List<Entry> events) {
    try {
      if (onlyStale && !events.isEmpty()) {
        throw new Violation("stale reports have moved something");
      }
      onlyStale = false;
      events.forEach(this::told);
      changes.forEach(this::changed);
    } catch (Violation violation) {
      broke(violation);
      throw violation;
    }
  }

  private void told(Entry event) {
    long[] last = sequences.computeIfAbsent(event.taskId(), id -> new long[2]);
    int topic = event.ofSubtask() ? 1 : 0;
    if (event.sequence() != ++last[topic] || event.version() != last[0] + last[1]) {
      throw new Violation("event %s does not follow %d/%d", event, last[0], last[1]);
    }
    if (event.ofSubtask()) {
      SubtaskEvent now = world.read(event.data(), SubtaskEvent.class);
      SubtaskEvent before = told.put(now.subtaskId(), now);
      if (before != null
          && before.status() == now.status()
          && before.attempt() == now.attempt()
          && before.operation() == now.operation()
          && before.compensation() == now.compensation()) {
        throw new Violation("told twice: %s", now);
      }
    }
  }

  private void changed(Change change) {
    SubtaskLine before = change.before();
    SubtaskLine after = change.after();
    SubtaskEvent last = told.get(after.id());
    SubtaskState status = after.status();
    if (last == null
        ? status != SubtaskState.PENDING
        : last.status() != status.shown()
            || last.attempt() != after.attempt()
            || last.operation() != after.operation()
            || last.compensation() != status.compensation()) {
      throw new Violation("%s was told as %s", after.describe(), last);
    }
    if (before == null) {
      return;
    }
    if (after.takeovers() > before.takeovers() && world.tables().isTrusted(before.worker())) {
      throw new Violation("taken over from the living: %s", after.describe());
    }
    if (before.worker() != null
        && after.worker() == null
        && !world.tables().isTrusted(before.worker())) {
      lost.put(before.fence(), world.millis());
    }
    if (after.fence() != before.fence() && after.fence() < before.fence()) {
      throw new Violation("a fence has fallen: %s", after.describe());
    }
    if (before.status() == status) {
      return;
    }
    if (after.node().kind() == SubtaskKind.WAIT) {
      opened(after);
    } else {
      moved(before, after);
    }
  }

  private void moved(SubtaskLine before, SubtaskLine after) {
    TaskLine task = world.tables().task(after.taskId());
    SubtaskState status = after.status();
    if (status.isLive()) {
      HostLine host = world.tables().host(after.node().hostId());
      if (!host.held() || host.taskId() != after.taskId()) {
        throw new Violation("%s goes on without its host", after.describe());
      }
    }
    if (before.status() == SubtaskState.PENDING && status.isLive()) {
      SubtaskLine stage = stageBefore(after);
      if (stage != null && stage.status() != SubtaskState.SUCCESSFUL) {
        throw new Violation("%s goes on behind %s", after.describe(), stage.describe());
      }
      if (status == SubtaskState.READY && task.operation().name().equals("EXECUTE")) {
        othersHaveCome(task, after);
      }
    }
    boolean late =
        !Objects.equals(before.message(), after.message())
            && String.valueOf(after.message()).startsWith("not done within");
    if (late && before.worker() != null && !world.tables().isTrusted(before.worker())) {
      throw new Violation("given up instead of taken over: %s", after.describe());
    }
    boolean wasRepair = before.status().bringsBack();
    if (wasRepair && !status.bringsBack() && !succeeding.contains(dispatch(before))) {
      unrepaired.add(lane(after));
    }
    if (status.hasFailed() && task.state() != TaskState.CANCELING) {
      cutOffLanes.add(lane(after));
    } else if (!status.hasFailed()) {
      cutOffLanes.remove(lane(after));
    }
  }

  private static Dispatch dispatch(SubtaskLine line) {
    return new Dispatch(line.id(), line.fence());
  }

  private SubtaskLine stageBefore(SubtaskLine line) {
    int stage = line.node().predecessor();
    return stage < 0 ? null : world.tables().subtask(line.id() - line.node().number() + stage);
  }

  /**
   * In a batch that nobody has interfered with, all lanes leave a stage before any is behind it.
   */
  private void othersHaveCome(TaskLine task, SubtaskLine ahead) {
    int stage = ahead.node().predecessor();
    if (!task.plan().kind().isBatch() || stage < 0) {
      return;
    }
    int lanes = task.plan().hostIds().size();
    int first = stage - ahead.node().lane();
    for (int lane = 0; lane < lanes; lane++) {
      SubtaskLine other = world.tables().subtask(task.firstSubtaskId() + first + lane);
      if (other.status().isLive()) {
        throw new Violation("%s goes on before %s", ahead.describe(), other.describe());
      }
    }
  }

  /** A barrier waits for all lanes that have not come to it and have not failed before it. */
  private void opened(SubtaskLine barrier) {
    if (barrier.status() != SubtaskState.SUCCESSFUL) {
      return;
    }
    long first = barrier.id() - barrier.node().number();
    boolean passed = false;
    int width = barrier.node().upstreams().size() + 1;
    for (int up = barrier.node().upstreams().first();
        up <= barrier.node().upstreams().last();
        up++) {
      SubtaskLine stage = world.tables().subtask(first + up);
      passed |= stage.status() == SubtaskState.SUCCESSFUL;
      boolean awaited = !stage.status().isSettled();
      for (int earlier = up - width; earlier >= 0; earlier -= width) {
        awaited &= world.tables().subtask(first + earlier).status() != SubtaskState.FAILED;
      }
      if (awaited) {
        throw new Violation("%s has opened before %s", barrier.describe(), stage.describe());
      }
    }
    if (!passed) {
      throw new Violation("%s has opened for nobody", barrier.describe());
    }
  }

  /** An attempt says STARTED. One that the host will not obey begins nothing. */
  void begins(SimulatedWorker worker, SubtaskCommand command, long takenAt) {
    if (!world.tables().isTrusted(worker.id())) {
      broke(new Violation("%s begins %s when it may be lost", worker.id(), command));
    }
    if (!world.host(command.host().id()).obeys(command.fence())) {
      return;
    }
    Boolean forGood = holds.get(command.taskId());
    if (forGood != null && !(forGood && command.compensation())) {
      broke(new Violation("%s begins after that was ruled out, at %s", command, worker.id()));
    }
    if (lost.getOrDefault(command.fence(), 0L) > takenAt) {
      broke(new Violation("%s begins what was taken from it, %s", worker.id(), command));
    }
    if (!world.tables().subtask(command.subtaskId()).status().isLive()) {
      broke(new Violation("%s begins though nothing of it is to be done", command));
    }
  }

  /** Somebody was answered that nothing begins any more. */
  void holds(long task, boolean forGood) {
    holds.put(task, forGood);
  }

  /** Somebody wants it to go on. */
  void letsGo(long task) {
    holds.remove(task, false);
  }

  /** Something is done to an agent. */
  void acts(SimulatedHost host, long subtaskId, boolean compensation, long fence) {
    SubtaskLine line = world.tables().subtask(subtaskId);
    if (line.fence() == fence
        && line.status().isStarted()
        && !line.status().bringsBack() == compensation) {
      broke(new Violation("on host %d something else is done than %s", host.id(), line.describe()));
    }
  }

  /** What was last told of a subtask, or null. */
  SubtaskEvent told(long subtaskId) {
    return told.get(subtaskId);
  }

  /** Whether a start that was to repair the lane could not be done. */
  boolean isUnrepaired(SubtaskLine line) {
    return unrepaired.contains(lane(line));
  }

  /** Whether the lane has ended before its task was canceled. */
  boolean hadEnded(SubtaskLine line) {
    return cutOffLanes.contains(lane(line));
  }

  private static long lane(SubtaskLine line) {
    return line.taskId() * 1_000 + line.node().lane();
  }
}
