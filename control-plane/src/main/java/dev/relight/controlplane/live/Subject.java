package dev.relight.controlplane.live;

import dev.relight.controlplane.store.EventLog.Event;

/**
 * What a stream is about: one task, the tasks of one user, or all tasks.
 *
 * @param taskId the task, or null
 * @param creatorId the user, or null
 */
record Subject(Long taskId, Long creatorId) {
  static final Subject ALL = new Subject(null, null);

  static Subject task(long id) {
    return new Subject(id, null);
  }

  static Subject tasksOf(long userId) {
    return new Subject(null, userId);
  }

  boolean isOneTask() {
    return taskId != null;
  }

  boolean includes(Event event) {
    return creatorId == null || creatorId.equals(event.creatorId());
  }
}
