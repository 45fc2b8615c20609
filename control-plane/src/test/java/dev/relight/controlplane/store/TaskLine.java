package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import java.time.OffsetDateTime;
import java.util.Map;

/** A line of the table of tasks in memory. */
public final class TaskLine extends MemoryTables.Line<TaskLine> {
  private static final Map<String, Integer> COLUMNS =
      MemoryRow.columns(
          "id",
          "kind",
          "operation",
          "creator",
          "first_subtask_id",
          "subtask_count",
          "process",
          "create_time",
          "traceparent",
          "status",
          "live",
          "failed",
          "task_sequence",
          "subtask_sequence",
          "finish_time");

  final long id;
  final Plan plan;
  final Tasks.Origin origin;
  final long firstSubtaskId;
  final OffsetDateTime createTime;
  TaskStatus status = TaskStatus.RUNNING;
  TaskOperation operation = TaskOperation.EXECUTE;
  int live;
  int failed;
  long taskSequence;
  long subtaskSequence;
  OffsetDateTime finishTime;

  TaskLine(long id, Tasks.New made, long firstSubtaskId, int live, OffsetDateTime createTime) {
    this.id = id;
    this.plan = made.plan();
    this.origin = made.origin();
    this.firstSubtaskId = firstSubtaskId;
    this.live = live;
    this.createTime = createTime;
  }

  @Override
  void restore(TaskLine before) {
    status = before.status;
    operation = before.operation;
    live = before.live;
    failed = before.failed;
    taskSequence = before.taskSequence;
    subtaskSequence = before.subtaskSequence;
    finishTime = before.finishTime;
  }

  TaskRow row() {
    return new TaskRow(
        new MemoryRow(
            COLUMNS,
            id,
            plan.kind().name(),
            operation.name(),
            origin.creator(),
            firstSubtaskId,
            plan.subtasks().size(),
            origin.process(),
            createTime,
            origin.traceparent(),
            status.name(),
            live,
            failed,
            taskSequence,
            subtaskSequence,
            finishTime));
  }

  /** As the engine writes it. */
  void write(TaskRow row) {
    status = row.status();
    operation = row.operation();
    live = row.live();
    failed = row.failed();
    taskSequence = row.taskSequence();
    subtaskSequence = row.subtaskSequence();
    finishTime = row.finishTime();
  }

  public long id() {
    return id;
  }

  public Plan plan() {
    return plan;
  }

  public long firstSubtaskId() {
    return firstSubtaskId;
  }

  public TaskState state() {
    return TaskState.of(status, operation);
  }

  public TaskOperation operation() {
    return operation;
  }

  public int live() {
    return live;
  }

  public int failed() {
    return failed;
  }

  public long taskSequence() {
    return taskSequence;
  }

  public long subtaskSequence() {
    return subtaskSequence;
  }

  /** The columns that do not depend on the time, as text. */
  public String describe() {
    return "task %d %s/%s live %d failed %d sequences %d %d%s"
        .formatted(
            id,
            status,
            operation,
            live,
            failed,
            taskSequence,
            subtaskSequence,
            finishTime == null ? "" : " finished");
  }
}
