package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.Observations.Seen;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.Dispatch;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskKind;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Keeps the books of one transaction: each move of a task or subtask goes through it and leaves
 * exactly one event, and the tasks' counts of what is live and what failed stay right.
 */
final class Ledger {
  private final Journal journal;
  private final Map<Long, TaskRow> tasks;
  private final OffsetDateTime now;
  private final Map<Long, SubtaskRow> moved = new LinkedHashMap<>();
  private final AttemptLogs logs;
  private final Map<Long, Seen> seen = new LinkedHashMap<>();
  private final List<Long> ended = new ArrayList<>();
  private final List<Dispatch> canceled = new ArrayList<>();
  private final List<TaskRow> resumed = new ArrayList<>();
  private final Map<Long, Integer> awaitedAgain = new HashMap<>();

  Ledger(Json json, OffsetDateTime now, Map<Long, TaskRow> lockedTasks) {
    this.journal = new Journal(json, now);
    this.logs = new AttemptLogs(now);
    this.now = now;
    this.tasks = lockedTasks;
  }

  /** A task's first event. */
  void submitted(TaskRow task, List<Long> hostIds) {
    journal.first(task, hostIds);
  }

  /** The first event of a subtask that was queued with its task. */
  void queued(TaskRow task, SubtaskEvent event) {
    journal.enter(task, event);
  }

  /** Whether the signal moved the subtask; if not, there is nothing to write. */
  boolean move(SubtaskRow subtask, SubtaskSignal signal) {
    SubtaskState before = subtask.state();
    int attempt = subtask.attempt();
    if (signal == SubtaskSignal.REDISPATCHED) {
      subtask.takeBack();
    }
    if (!subtask.on(signal, now)) {
      return false;
    }
    if (subtask.state() == SubtaskState.CANCELING) {
      canceled.add(new Dispatch(subtask.id(), subtask.fence()));
    }
    moved.put(subtask.id(), subtask);
    if (subtask.state() != before || subtask.attempt() != attempt) {
      record(subtask, before);
    }
    return true;
  }

  /** Enters a move that a statement has already made in PostgreSQL. */
  void record(SubtaskRow subtask, SubtaskState before) {
    TaskRow task = tasks.get(subtask.node().taskId());
    SubtaskState after = subtask.state();
    task.count(
        (after.isLive() ? 1 : 0) - (before.isLive() ? 1 : 0),
        (after.hasFailed() ? 1 : 0) - (before.hasFailed() ? 1 : 0));
    journal.enter(task, subtask);
  }

  /** What a failure of its present attempt means for the subtask. */
  SubtaskSignal failureOf(SubtaskRow subtask) {
    TaskRow task = task(subtask);
    SubtaskKind stage = subtask.node().kind();
    // A task that is canceled leaves no agent stopped, be it that it was to stop them.
    boolean leftStopped =
        task.state() == TaskState.CANCELING
            ? task.kind().leavesStopped(stage)
            : task.kind().compensates(stage);
    // Without a fence there never was a command.
    boolean untouched = stage == SubtaskKind.STOP_ALL && subtask.fence() == 0;
    return leftStopped && !untouched ? SubtaskSignal.FAILED_AFTER_STOP : SubtaskSignal.FAILED;
  }

  /** Ids of the wait nodes that the lane of a failed subtask does not come to any more. */
  LongStream barriersAhead(SubtaskRow subtask) {
    return task(subtask).barriersAhead(subtask.id());
  }

  /** The lane of a failed subtask comes to what is ahead of it after all. */
  void reopen(SubtaskRow subtask) {
    TaskRow task = task(subtask);
    if (subtask.node().downstreamFirst() != null) {
      awaitedAgain.merge(subtask.node().downstreamFirst(), 1, Integer::sum);
    }
    barriersAhead(subtask).forEach(id -> awaitedAgain.merge(id, 1, Integer::sum));
    reopen(task);
  }

  /** Has a task go on that had ended, and that one of its failed subtasks holds up no more. */
  void reopen(TaskRow task) {
    if (task.reopen(now)) {
      journal.enter(task);
    }
  }

  /** Does with a task what somebody asks; a {@link Refusal} where its state does not allow it. */
  TaskRow operate(long taskId, TaskSignal asked) {
    TaskRow task = task(taskId);
    TaskState before = task.state();
    if (!task.on(asked, now)) {
      throw Refusal.state(taskId, before);
    }
    journal.enter(task);
    if (asked == TaskSignal.RESUME_ASKED) {
      resumed.add(task);
    }
    return task;
  }

  /** Where the task of a subtask stands. */
  TaskState stateOf(SubtaskRow subtask) {
    return task(subtask).state();
  }

  /** A stage that waits once more for the one before it, where no barrier is between. */
  void awaitAgain(SubtaskRow subtask) {
    if (!task(subtask).kind().isBatch()) {
      awaitedAgain.merge(subtask.id(), 1, Integer::sum);
    }
  }

  /** The next stage of a lane that came through one, where a barrier may not have waited for it. */
  Optional<Long> nextOfReopened(SubtaskRow subtask) {
    TaskRow task = task(subtask);
    if (!task.isReopened()
        || !task.state().goesOn()
        || !task.kind().isBatch()
        || subtask.node().kind() == SubtaskKind.WAIT
        || subtask.state() != SubtaskState.SUCCESSFUL) {
      return Optional.empty();
    }
    return task.nextStage(subtask.id());
  }

  /** Ids of the lane's stages before a subtask, the first of them first. */
  List<Long> earlierStages(SubtaskRow subtask) {
    return task(subtask).earlierStages(subtask.id()).boxed().toList();
  }

  /** How many upstreams more subtasks are to wait for. */
  Map<Long, Integer> awaitedAgain() {
    return awaitedAgain;
  }

  /** Dispatches that their workers are to stop. */
  List<Dispatch> canceled() {
    return canceled;
  }

  /** Tasks that go on from where they stood still. */
  List<TaskRow> resumed() {
    return resumed;
  }

  /** A task under lock; a {@link Refusal} where there is none. */
  TaskRow task(long taskId) {
    TaskRow task = tasks.get(taskId);
    if (task == null) {
      throw Refusal.noTask("taskId");
    }
    return task;
  }

  /** One of the locked rows; a {@link Refusal} where it is none of the task's. */
  SubtaskRow ofTask(long taskId, long subtaskId, Map<Long, SubtaskRow> rows) {
    task(taskId);
    SubtaskRow row = rows.get(subtaskId);
    if (row == null || row.node().taskId() != taskId) {
      throw Refusal.noTask("subtaskId");
    }
    return row;
  }

  /** A {@link Refusal} where somebody may not ask this of the task's subtasks now, or of this. */
  void admit(TaskRow task, SubtaskRow subtask, SubtaskSignal asked) {
    if (subtask.state().on(asked).isEmpty()) {
      throw Refusal.state(subtask.id(), subtask.state());
    }
    if (!task.state().admits(asked)) {
      throw Refusal.state(task.id(), task.state());
    }
  }

  private TaskRow task(SubtaskRow subtask) {
    return tasks.get(subtask.node().taskId());
  }

  /** Takes a subtask from a worker that does not go on with it; another does, if it is wanted. */
  void takeBack(SubtaskRow subtask) {
    if (subtask.state() == SubtaskState.CANCELING) {
      subtask.keep("canceled", null);
      move(subtask, failureOf(subtask));
    } else {
      move(subtask, SubtaskSignal.REDISPATCHED);
    }
  }

  /** Fails a subtask whose worker can say nothing more about the host. */
  void giveUp(SubtaskRow subtask, String message) {
    subtask.keep(message, null);
    move(subtask, failureOf(subtask));
    saw(new Seen(subtask.node().hostId(), "OFFLINE", null));
  }

  /** The logs of the attempts. */
  AttemptLogs logs() {
    return logs;
  }

  /** Keeps what is now known of an agent; the newest counts. */
  void saw(Seen agent) {
    seen.put(agent.hostId(), agent);
  }

  /** Ends the tasks in which nothing can move any more. */
  void endTasks() {
    for (TaskRow task : tasks.values()) {
      TaskSignal signal = task.failed() > 0 ? TaskSignal.FAILED : TaskSignal.SUCCEEDED;
      if (task.live() == 0 && task.on(signal, now)) {
        ended.add(task.id());
        journal.enter(task, task.failed() > 0 ? task.failed() + " subtasks failed" : null);
      }
    }
  }

  /** The subtasks that were moved here and are to be written. */
  Collection<SubtaskRow> moved() {
    return moved.values();
  }

  Collection<TaskRow> tasks() {
    return tasks.values();
  }

  Collection<Seen> seen() {
    return seen.values();
  }

  List<Entry> events() {
    return journal.entries();
  }

  List<Long> ended() {
    return ended;
  }

  /** Tasks that ended before their lanes did. */
  List<Long> cutShort() {
    return ended.stream().filter(id -> tasks.get(id).state().operation().isPresent()).toList();
  }
}
