package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.TaskEvent;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The events of one transaction, numbered without a gap per task and topic. */
final class Journal {
  /** A task of more hosts tells them with their subtasks: an event has to fit into a message. */
  private static final int NAMED_HOSTS = 10_000;

  private final Json json;
  private final OffsetDateTime now;
  private final List<Entry> entries = new ArrayList<>();

  Journal(Json json, OffsetDateTime now) {
    this.json = json;
    this.now = now;
  }

  /** A task's first event. */
  void first(TaskRow task, List<Long> hostIds) {
    List<Long> named = hostIds.size() > NAMED_HOSTS ? null : hostIds;
    append(task, false, event(task, named, task.subtaskCount(), null));
  }

  /** A task as it stands now. */
  void enter(TaskRow task) {
    enter(task, (String) null);
  }

  void enter(TaskRow task, String message) {
    append(task, false, event(task, null, null, message));
  }

  /** A subtask as it stands now. */
  void enter(TaskRow task, SubtaskRow subtask) {
    enter(task, event(task, subtask));
  }

  void enter(TaskRow task, SubtaskEvent event) {
    append(task, true, event);
  }

  List<Entry> entries() {
    return entries;
  }

  private SubtaskEvent event(TaskRow task, SubtaskRow s) {
    return new SubtaskEvent(
        task.id(),
        s.id(),
        s.node().kind(),
        s.node().hostId(),
        task.kind().isBatch() ? s.node().lane() : -1,
        s.state().shown(),
        s.operation(),
        s.attempt(),
        s.worker(),
        s.state().compensation(),
        s.message(),
        now.toInstant());
  }

  private TaskEvent event(TaskRow task, List<Long> hostIds, Integer subtaskCount, String message) {
    return new TaskEvent(
        task.id(),
        task.kind().taskName(),
        task.status(),
        task.operation(),
        task.creator(),
        hostIds,
        subtaskCount,
        message,
        now.toInstant());
  }

  private void append(TaskRow task, boolean ofSubtask, Object event) {
    long sequence = ofSubtask ? task.nextSubtaskSequence() : task.nextTaskSequence();
    entries.add(
        new Entry(
            task.id(), ofSubtask, sequence, task.version(), json.write(event), task.traceparent()));
  }
}
