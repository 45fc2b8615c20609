package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/** A subtask, locked by the running transaction, which moves it here first and then writes it. */
public final class SubtaskRow {

  /**
   * What never changes of a subtask.
   *
   * @param hostId null for a wait node
   * @param pool the workers that can reach the host, null for a wait node
   * @param downstreamFirst first id of the subtasks that wait for it, null without any
   */
  public record Node(
      long id,
      long taskId,
      SubtaskKind kind,
      int lane,
      Long hostId,
      String pool,
      Long downstreamFirst,
      Long downstreamLast) {}

  private final Node node;
  private final long fence;
  private SubtaskState state;
  private SubtaskOperation operation;
  private int attempt;
  private int takeovers;
  private String worker;
  private OffsetDateTime deadline;
  private OffsetDateTime startTime;
  private OffsetDateTime finishTime;
  private String message;
  private String observed;

  SubtaskRow(Row row) {
    node =
        new Node(
            row.getLong("id"),
            row.getLong("task_id"),
            SubtaskKind.valueOf(row.getString("kind")),
            row.getInteger("lane"),
            row.getLong("host_id"),
            row.getString("pool"),
            row.getLong("downstream_first"),
            row.getLong("downstream_last"));
    operation = SubtaskOperation.valueOf(row.getString("operation"));
    fence = row.getLong("fence");
    state = SubtaskState.valueOf(row.getString("status"));
    attempt = row.getInteger("attempt");
    takeovers = row.getInteger("takeovers");
    worker = row.getString("worker");
    deadline = row.getOffsetDateTime("deadline");
    startTime = row.getOffsetDateTime("start_time");
    finishTime = row.getOffsetDateTime("finish_time");
    message = row.getString("message");
    observed = row.getString("observed");
  }

  /** How long a worker has to stop what it was told to stop. */
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(30);

  /** Whether the signal was taken; one that is late, repeated or stale leaves it as it was. */
  public boolean on(SubtaskSignal signal, OffsetDateTime now) {
    SubtaskState before = state;
    Optional<SubtaskState> after = before.on(signal);
    after.ifPresent(
        next -> {
          prepare(signal, now);
          move(before, next, now);
        });
    return after.isPresent();
  }

  private void prepare(SubtaskSignal signal, OffsetDateTime now) {
    boolean undoing = state == SubtaskState.ROLLBACK_FAILED;
    switch (signal) {
      case RETRIED, RESET ->
          beginAnew(undoing ? SubtaskOperation.ROLLBACK : SubtaskOperation.RETRY);
      case ROLLBACK_ASKED -> beginAnew(SubtaskOperation.ROLLBACK);
      case ROLLED_BACK -> {
        operation = SubtaskOperation.ROLLBACK;
        message = null;
      }
      case SKIPPED -> {
        operation = undoing ? SubtaskOperation.ROLLBACK_SKIP : SubtaskOperation.SKIP;
        message = undoing ? null : message;
      }
      case CUT_OFF -> {
        operation = SubtaskOperation.CANCEL;
        message = "canceled";
      }
      case CANCEL_ASKED -> {
        operation = SubtaskOperation.CANCEL;
        OffsetDateTime limit = now.plus(CANCEL_LIMIT);
        deadline = deadline == null || deadline.isAfter(limit) ? limit : deadline;
      }
      case ELIGIBLE, OPENED, STARTED, SUCCEEDED, FAILED, FAILED_AFTER_STOP, REDISPATCHED -> {}
    }
  }

  private void beginAnew(SubtaskOperation as) {
    operation = as;
    attempt++;
    takeovers = 0;
    worker = null;
    deadline = null;
    startTime = null;
    message = null;
  }

  private void move(SubtaskState before, SubtaskState after, OffsetDateTime now) {
    state = after;
    if (after == SubtaskState.PENDING) {
      worker = null;
      deadline = null;
      startTime = null;
    }
    if (after == SubtaskState.COMPENSATION_READY && before.compensation() == null) {
      deadline = null;
      worker = null;
      takeovers = 0;
    }
    if (after.isStarted() && !before.isStarted()) {
      startTime = startTime == null ? now : startTime;
      deadline = deadline == null ? now.plus(SubtaskText.of(work()).timeout()) : deadline;
    }
    finishTime = after.isSettled() ? now : null;
  }

  /** Takes it from its worker; the next dispatch is a new attempt where the work had started. */
  public void takeBack() {
    attempt += state.isStarted() ? 1 : 0;
    worker = null;
  }

  /** Gives it all of its time once more; it stood still through no fault of its own. */
  public void forgetDeadline() {
    deadline = null;
  }

  /** The worker that has started on it, which need not be the one that it was addressed to. */
  public void takenBy(String starter) {
    worker = starter;
  }

  /** Counts one more worker that was lost while it did this. */
  public void countTakeover() {
    takeovers += state.isStarted() ? 1 : 0;
  }

  /** Keeps what an attempt said at its end; what is null stays as it was. */
  public void keep(String newMessage, String newObserved) {
    message = newMessage == null ? message : newMessage;
    observed = newObserved == null ? observed : newObserved;
  }

  /** What its present attempt does: its own kind, or the start that repairs its lane. */
  public SubtaskKind work() {
    return state.bringsBack() ? SubtaskKind.START_ALL : node.kind();
  }

  public Node node() {
    return node;
  }

  public long id() {
    return node.id();
  }

  public SubtaskState state() {
    return state;
  }

  public SubtaskOperation operation() {
    return operation;
  }

  /** Of its newest dispatch. */
  public long fence() {
    return fence;
  }

  public int attempt() {
    return attempt;
  }

  public int takeovers() {
    return takeovers;
  }

  /** The worker it was dispatched to, null while it waits for one. */
  public String worker() {
    return worker;
  }

  public OffsetDateTime deadline() {
    return deadline;
  }

  public OffsetDateTime startTime() {
    return startTime;
  }

  public OffsetDateTime finishTime() {
    return finishTime;
  }

  public String message() {
    return message;
  }

  public String observed() {
    return observed;
  }
}
