package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.store.StoredSubtask;
import dev.relight.controlplane.store.StoredTask;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.SubtaskStatus;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import java.time.OffsetDateTime;
import java.util.stream.LongStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A task with all of its subtasks.
 *
 * @param subtasks read while they are written: a large task has tens of thousands
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TaskDetail(
    OffsetDateTime createTime,
    Creator creator,
    String executor,
    OffsetDateTime finishTime,
    long id,
    String name,
    TaskOperation operation,
    boolean prohibitRollback,
    OffsetDateTime startTime,
    TaskStatus status,
    Iterable<Subtask> subtasks,
    int taskDefinitionId,
    String type) {

  /** Who asked for a task. */
  record Creator(long id, String name) {}

  static TaskDetail of(StoredTask task, Iterable<Subtask> subtasks) {
    return new TaskDetail(
        task.createTime(),
        new Creator(task.creatorId(), task.creator()),
        task.executor(),
        task.finishTime(),
        task.id(),
        task.kind().taskName(),
        task.operation(),
        task.kind().prohibitsRollback(),
        task.createTime(),
        task.status(),
        subtasks,
        -1,
        "MANUAL");
  }

  /**
   * A subtask as it stands.
   *
   * @param executor the worker that has or had it, left out without one
   * @param message why it failed, left out where it did not
   * @param runTime the attempt, from 1
   * @param seriesId its number within the task
   * @param timeout seconds
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "TaskSubtask")
  record Subtask(
      OffsetDateTime createTime,
      String description,
      long[] downstreams,
      String executor,
      OffsetDateTime finishTime,
      long id,
      String message,
      String name,
      String nodeType,
      SubtaskOperation operation,
      int parallelIdx,
      boolean prohibitRollback,
      int runTime,
      long seriesId,
      OffsetDateTime startTime,
      SubtaskStatus status,
      long timeout,
      long[] upstreams) {

    static Subtask of(StoredSubtask subtask, StoredTask task) {
      SubtaskText text = SubtaskText.of(subtask.kind());
      return new Subtask(
          task.createTime(),
          text.name(),
          ids(subtask.downstreamFirst(), subtask.downstreamLast()),
          subtask.worker(),
          subtask.finishTime(),
          subtask.id(),
          subtask.message(),
          text.name(),
          "JAVA_TASK",
          subtask.operation(),
          task.kind().isBatch() ? subtask.lane() : -1,
          task.kind().prohibitsRollback(),
          subtask.attempt(),
          subtask.id() - task.firstSubtaskId(),
          subtask.startTime(),
          subtask.state().shown(),
          text.timeout().toSeconds(),
          ids(subtask.upstreamFirst(), subtask.upstreamLast()));
    }

    private static long[] ids(Long first, Long last) {
      return first == null ? new long[0] : LongStream.rangeClosed(first, last).toArray();
    }
  }
}
