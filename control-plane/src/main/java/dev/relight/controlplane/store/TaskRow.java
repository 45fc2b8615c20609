package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.Subtasks.Ids;
import dev.relight.controlplane.task.TaskSignal;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.LongStream;

/** A task, locked by the running transaction, which moves it here first and then writes it. */
public final class TaskRow {
  private final long id;
  private final TaskKind kind;
  private final String creator;
  private final long firstSubtaskId;
  private final int subtaskCount;
  private final String process;
  private final String traceparent;
  private final OffsetDateTime createTime;
  private TaskStatus status;
  private TaskOperation operation;
  private int live;
  private int failed;
  private long taskSequence;
  private long subtaskSequence;
  private OffsetDateTime finishTime;

  TaskRow(Row row) {
    id = row.getLong("id");
    kind = TaskKind.valueOf(row.getString("kind"));
    operation = TaskOperation.valueOf(row.getString("operation"));
    creator = row.getString("creator");
    firstSubtaskId = row.getLong("first_subtask_id");
    subtaskCount = row.getInteger("subtask_count");
    process = row.getString("process");
    createTime = row.getOffsetDateTime("create_time");
    traceparent = row.getString("traceparent");
    status = TaskStatus.valueOf(row.getString("status"));
    live = row.getInteger("live");
    failed = row.getInteger("failed");
    taskSequence = row.getLong("task_sequence");
    subtaskSequence = row.getLong("subtask_sequence");
    finishTime = row.getOffsetDateTime("finish_time");
  }

  /** Where it stands. */
  public TaskState state() {
    return TaskState.of(status, operation);
  }

  /** Whether the signal moved it; if not, it is as before. */
  public boolean on(TaskSignal signal, OffsetDateTime now) {
    Optional<TaskState> after = state().on(signal);
    after.ifPresent(
        next -> {
          status = next.shown();
          operation = next.operation().orElse(operation);
          finishTime = next.hasEnded() ? now : null;
        });
    return after.isPresent();
  }

  /** Whether it had ended; from now on lanes may go on that a barrier has not waited for. */
  public boolean reopen(OffsetDateTime now) {
    boolean moved = on(TaskSignal.RETRIED, now);
    operation = state() == TaskState.RUNNING ? TaskOperation.RETRY : operation;
    return moved;
  }

  /** Whether lanes may go on that a barrier has not waited for. */
  public boolean isReopened() {
    return operation == TaskOperation.RETRY;
  }

  /** Ids of the wait nodes, other than the next, that the lane of a subtask has ahead of it. */
  public LongStream barriersAhead(long subtaskId) {
    return Plan.barriersAhead(kind, subtaskCount, number(subtaskId))
        .mapToLong(ahead -> firstSubtaskId + ahead);
  }

  /** Ids of the lane's stages before a subtask, the first of them first. */
  public LongStream earlierStages(long subtaskId) {
    return Plan.earlierStages(kind, subtaskCount, number(subtaskId))
        .mapToLong(earlier -> firstSubtaskId + earlier);
  }

  /** Id of the lane's stage behind a subtask, or nothing behind the last. */
  public Optional<Long> nextStage(long subtaskId) {
    int next = Plan.nextStage(kind, subtaskCount, number(subtaskId));
    return next == PlannedSubtask.NONE ? Optional.empty() : Optional.of(firstSubtaskId + next);
  }

  private int number(long subtaskId) {
    return (int) (subtaskId - firstSubtaskId);
  }

  /** Keeps count of the subtasks that still move by themselves, and of those that failed. */
  public void count(int moreLive, int moreFailed) {
    live += moreLive;
    failed += moreFailed;
  }

  /** Number of the next event on the tasks' topic. */
  public long nextTaskSequence() {
    return ++taskSequence;
  }

  /** Number of the next event on the subtasks' topic. */
  public long nextSubtaskSequence() {
    return ++subtaskSequence;
  }

  /** Orders the task's events over both topics. */
  public long version() {
    return taskSequence + subtaskSequence;
  }

  public long id() {
    return id;
  }

  public TaskKind kind() {
    return kind;
  }

  public TaskOperation operation() {
    return operation;
  }

  public String creator() {
    return creator;
  }

  public long firstSubtaskId() {
    return firstSubtaskId;
  }

  public int subtaskCount() {
    return subtaskCount;
  }

  /** The ids of its subtasks. */
  public Ids subtasks() {
    return new Ids(firstSubtaskId, firstSubtaskId + subtaskCount - 1);
  }

  /** Alias of the process that it operates, or null. */
  public String process() {
    return process;
  }

  public OffsetDateTime createTime() {
    return createTime;
  }

  /** W3C trace context of the request that made it, or null. */
  public String traceparent() {
    return traceparent;
  }

  public TaskStatus status() {
    return status;
  }

  /** How many subtasks still move by themselves. */
  public int live() {
    return live;
  }

  /** How many subtasks ended FAILED. */
  public int failed() {
    return failed;
  }

  long taskSequence() {
    return taskSequence;
  }

  long subtaskSequence() {
    return subtaskSequence;
  }

  public OffsetDateTime finishTime() {
    return finishTime;
  }
}
