package dev.relight.controlplane.api;

import dev.relight.controlplane.store.StoredTask;
import dev.relight.controlplane.store.TaskReads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Tasks as they are answered: read piece by piece while they are written. */
@ApplicationScoped
class TaskView {
  private static final int SUBTASKS_AT_ONCE = 1000;

  private final TaskReads reads;

  TaskView(TaskReads reads) {
    this.reads = reads;
  }

  Uni<TaskDetail> task(long taskId) {
    return reads.task(taskId).map(this::of);
  }

  TaskDetail of(StoredTask task) {
    return TaskDetail.of(task, () -> subtasks(task).iterator());
  }

  Uni<TaskDetail.Subtask> subtask(long taskId, long subtaskId) {
    return reads
        .task(taskId)
        .chain(
            task ->
                reads
                    .subtasks(subtaskId, subtaskId + 1)
                    .map(found -> TaskDetail.Subtask.of(found.get(0), task)));
  }

  private Stream<TaskDetail.Subtask> subtasks(StoredTask task) {
    long end = task.firstSubtaskId() + task.subtaskCount();
    return LongStream.iterate(
            task.firstSubtaskId(), first -> first < end, first -> first + SUBTASKS_AT_ONCE)
        .mapToObj(first -> reads.subtasks(first, Math.min(first + SUBTASKS_AT_ONCE, end)))
        .flatMap(read -> Awaited.now(read).stream())
        .map(subtask -> TaskDetail.Subtask.of(subtask, task));
  }
}
