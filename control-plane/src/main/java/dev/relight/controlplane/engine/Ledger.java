package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.Logs.Lines;
import dev.relight.controlplane.store.Observations.Seen;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.model.Dispatch;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.TaskEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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
  /** A task of more hosts tells them with their subtasks: an event has to fit into a message. */
  private static final int NAMED_HOSTS = 10_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx");

  private static final ZoneId ZONE = ZoneId.systemDefault();

  private final Json json;
  private final Map<Long, TaskRow> tasks;
  private final OffsetDateTime now;
  private final Map<Long, SubtaskRow> moved = new LinkedHashMap<>();
  private final List<Entry> events = new ArrayList<>();
  private final List<Lines> logs = new ArrayList<>();
  private final Map<Long, Seen> seen = new LinkedHashMap<>();
  private final List<Long> ended = new ArrayList<>();
  private final List<Dispatch> canceled = new ArrayList<>();
  private final Map<Long, Integer> awaitedAgain = new HashMap<>();

  Ledger(Json json, OffsetDateTime now, Map<Long, TaskRow> lockedTasks) {
    this.json = json;
    this.now = now;
    this.tasks = lockedTasks;
  }

  /** A task's first event. */
  void submitted(TaskRow task, List<Long> hostIds) {
    event(task, true, hostIds.size() > NAMED_HOSTS ? null : hostIds, null);
  }

  /** The first event of a subtask that was queued with its task. */
  void queued(TaskRow task, SubtaskEvent event) {
    append(task, true, json.write(event));
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
        (after == SubtaskState.FAILED ? 1 : 0) - (before == SubtaskState.FAILED ? 1 : 0));
    append(task, true, json.write(event(subtask)));
  }

  /** What a failure of its present attempt means for the subtask. */
  SubtaskSignal failureOf(SubtaskRow subtask) {
    return tasks.get(subtask.node().taskId()).kind().compensates(subtask.node().kind())
        ? SubtaskSignal.FAILED_AFTER_STOP
        : SubtaskSignal.FAILED;
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
    if (task.reopen(now)) {
      event(task, false, null, null);
    }
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

  /** Keeps lines of a subtask's log. */
  void log(SubtaskRow subtask, String lines) {
    logs.add(new Lines(subtask.id(), subtask.attempt(), "", lines));
  }

  /** Begins the log of an attempt, which has started at this time. */
  void began(SubtaskRow subtask, Instant at) {
    String what = subtask.operation() == SubtaskOperation.ROLLBACK ? "ROLLBACK" : "EXECUTE";
    logs.add(
        new Lines(
            subtask.id(),
            subtask.attempt(),
            "############{%s}{%s}############\n"
                .formatted(
                    subtask.state().compensation() == null ? what : "COMPENSATE",
                    TIME.format((at == null ? now.toInstant() : at).atZone(ZONE))),
            ""));
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
        event(task, false, null, task.failed() > 0 ? task.failed() + " subtasks failed" : null);
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

  List<Lines> logs() {
    return logs;
  }

  Collection<Seen> seen() {
    return seen.values();
  }

  List<Entry> events() {
    return events;
  }

  List<Long> ended() {
    return ended;
  }

  private SubtaskEvent event(SubtaskRow s) {
    return new SubtaskEvent(
        s.node().taskId(),
        s.id(),
        s.node().kind(),
        s.node().hostId(),
        tasks.get(s.node().taskId()).kind().isBatch() ? s.node().lane() : -1,
        s.state().shown(),
        s.operation(),
        s.attempt(),
        s.worker(),
        s.state().compensation(),
        s.message(),
        now.toInstant());
  }

  private void event(TaskRow task, boolean first, List<Long> hostIds, String message) {
    TaskEvent event =
        new TaskEvent(
            task.id(),
            task.kind().taskName(),
            task.status(),
            task.operation(),
            task.creator(),
            hostIds,
            first ? task.subtaskCount() : null,
            message,
            now.toInstant());
    append(task, false, json.write(event));
  }

  private void append(TaskRow task, boolean ofSubtask, String data) {
    long sequence = ofSubtask ? task.nextSubtaskSequence() : task.nextTaskSequence();
    events.add(new Entry(task.id(), ofSubtask, sequence, task.version(), data, task.traceparent()));
  }
}
