package dev.relight.controlplane.store;

import static dev.relight.controlplane.plan.PlannedSubtask.NONE;

import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.plan.PlannedSubtask.Run;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import java.time.OffsetDateTime;
import java.util.Map;

/** A line of the table of subtasks in memory. */
public final class SubtaskLine extends MemoryTables.Line<SubtaskLine> {
  private static final Map<String, Integer> COLUMNS =
      MemoryRow.columns(
          "id",
          "task_id",
          "kind",
          "lane",
          "host_id",
          "pool",
          "status",
          "operation",
          "attempt",
          "takeovers",
          "fence",
          "worker",
          "downstream_first",
          "downstream_last",
          "deadline",
          "start_time",
          "finish_time",
          "message",
          "observed");

  final long id;
  final long taskId;
  final long first;
  final PlannedSubtask node;
  final String pool;
  SubtaskState status;
  SubtaskOperation operation = SubtaskOperation.EXECUTE;
  int attempt = 1;
  int takeovers;
  long fence;
  String worker;
  int pendingUpstreams;
  int passedUpstreams;
  String dispatcher;
  long dispatchedAt;
  OffsetDateTime deadline;
  OffsetDateTime startTime;
  OffsetDateTime finishTime;
  String message;
  String observed;

  SubtaskLine(Subtasks.NewSubtask made, String pool) {
    this.taskId = made.taskId();
    this.first = made.first();
    this.node = made.node();
    this.id = first + node.number();
    this.pool = pool;
    this.status = node.isRoot() ? SubtaskState.READY : SubtaskState.PENDING;
    this.pendingUpstreams = node.upstreams().size();
  }

  @Override
  void restore(SubtaskLine before) {
    status = before.status;
    operation = before.operation;
    attempt = before.attempt;
    takeovers = before.takeovers;
    fence = before.fence;
    worker = before.worker;
    pendingUpstreams = before.pendingUpstreams;
    passedUpstreams = before.passedUpstreams;
    dispatcher = before.dispatcher;
    dispatchedAt = before.dispatchedAt;
    deadline = before.deadline;
    startTime = before.startTime;
    finishTime = before.finishTime;
    message = before.message;
    observed = before.observed;
  }

  SubtaskRow row() {
    Run down = node.downstreams();
    return new SubtaskRow(
        new MemoryRow(
            COLUMNS,
            id,
            taskId,
            node.kind().name(),
            node.lane(),
            node.hostId(),
            pool,
            status.name(),
            operation.name(),
            attempt,
            takeovers,
            fence,
            worker,
            down.isEmpty() ? null : first + down.first(),
            down.isEmpty() ? null : first + down.last(),
            deadline,
            startTime,
            finishTime,
            message,
            observed));
  }

  /** As the engine writes it: all but the fence and the counts. */
  void write(SubtaskRow row) {
    status = row.state();
    attempt = row.attempt();
    takeovers = row.takeovers();
    worker = row.worker();
    operation = row.operation();
    deadline = row.deadline();
    startTime = row.startTime();
    finishTime = row.finishTime();
    message = row.message();
    observed = row.observed();
  }

  boolean isWait() {
    return node.kind() == SubtaskKind.WAIT;
  }

  /** Ids of what waits for it. */
  Subtasks.Ids downstreams() {
    return new Subtasks.Ids(first + node.downstreams().first(), first + node.downstreams().last());
  }

  /** Id of the lane's previous stage, or null. */
  Long predecessor() {
    return node.predecessor() == NONE ? null : first + node.predecessor();
  }

  public long id() {
    return id;
  }

  public long taskId() {
    return taskId;
  }

  public PlannedSubtask node() {
    return node;
  }

  public SubtaskState status() {
    return status;
  }

  public SubtaskOperation operation() {
    return operation;
  }

  public int attempt() {
    return attempt;
  }

  public int takeovers() {
    return takeovers;
  }

  public long fence() {
    return fence;
  }

  /** The worker that has it, or null. */
  public String worker() {
    return worker;
  }

  public int pendingUpstreams() {
    return pendingUpstreams;
  }

  public int passedUpstreams() {
    return passedUpstreams;
  }

  public String message() {
    return message;
  }

  /** Text of what was seen on the host, or null. */
  public String observed() {
    return observed;
  }

  /** The columns that depend neither on the time nor on the numbers of fences, as text. */
  public String describe() {
    return "subtask %d %s %s/%s attempt %d takeovers %d %s %s upstreams %d %d%s%s%s, %s, %s"
        .formatted(
            id,
            node.kind(),
            status,
            operation,
            attempt,
            takeovers,
            fence > 0 ? "fenced" : "new",
            worker,
            pendingUpstreams,
            passedUpstreams,
            deadline == null ? "" : " limited",
            startTime == null ? "" : " started",
            finishTime == null ? "" : " finished",
            message,
            observed);
  }
}
