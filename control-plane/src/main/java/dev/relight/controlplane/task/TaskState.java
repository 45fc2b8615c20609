package dev.relight.controlplane.task;

import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import java.util.Optional;

/**
 * Where a task stands in the engine; {@link #on} is the only definition of how it may move.
 *
 * <p>Clients see it as a status and an operation: what is being canceled or rolled back is RUNNING.
 */
public enum TaskState {
  RUNNING(TaskStatus.RUNNING),
  PAUSED(TaskStatus.PAUSED),
  CANCELING(TaskStatus.RUNNING),
  ROLLING_BACK(TaskStatus.RUNNING),
  FAILED(TaskStatus.FAILED),
  ROLLBACK_FAILED(TaskStatus.FAILED),
  SUCCESSFUL(TaskStatus.SUCCESSFUL),
  ROLLED_BACK(TaskStatus.SUCCESSFUL),
  CANCELED(TaskStatus.CANCELED);

  private final TaskStatus shown;

  TaskState(TaskStatus shown) {
    this.shown = shown;
  }

  /** The state that clients see so. */
  public static TaskState of(TaskStatus status, TaskOperation operation) {
    boolean rollback = operation == TaskOperation.ROLLBACK;
    return switch (status) {
      case RUNNING ->
          operation == TaskOperation.CANCEL ? CANCELING : rollback ? ROLLING_BACK : RUNNING;
      case PAUSED -> PAUSED;
      case FAILED -> rollback ? ROLLBACK_FAILED : FAILED;
      case SUCCESSFUL -> rollback ? ROLLED_BACK : SUCCESSFUL;
      case CANCELED -> CANCELED;
    };
  }

  /** The state after the signal, or nothing where it does not apply. */
  public Optional<TaskState> on(TaskSignal signal) {
    return Optional.ofNullable(
        switch (signal) {
          case SUCCEEDED, FAILED -> ended(signal == TaskSignal.SUCCEEDED);
          case RETRIED -> this == FAILED ? RUNNING : this == ROLLBACK_FAILED ? ROLLING_BACK : null;
          case PAUSE_ASKED -> this == RUNNING ? PAUSED : null;
          case RESUME_ASKED -> this == PAUSED ? RUNNING : null;
          case CANCEL_ASKED -> this == RUNNING || this == PAUSED ? CANCELING : null;
          case ROLLBACK_ASKED -> this == FAILED || this == ROLLBACK_FAILED ? ROLLING_BACK : null;
        });
  }

  private TaskState ended(boolean well) {
    return switch (this) {
      case RUNNING -> well ? SUCCESSFUL : FAILED;
      case CANCELING -> CANCELED;
      case ROLLING_BACK -> well ? ROLLED_BACK : ROLLBACK_FAILED;
      case PAUSED, FAILED, ROLLBACK_FAILED, SUCCESSFUL, ROLLED_BACK, CANCELED -> null;
    };
  }

  /** Whether somebody may ask this of one of its subtasks, if the subtask's own state allows it. */
  public boolean admits(SubtaskSignal asked) {
    return switch (this) {
      case RUNNING -> true;
      case PAUSED -> asked == SubtaskSignal.CANCEL_ASKED;
      case FAILED, ROLLING_BACK, ROLLBACK_FAILED -> asked != SubtaskSignal.CANCEL_ASKED;
      case CANCELING, SUCCESSFUL, ROLLED_BACK, CANCELED -> false;
    };
  }

  /** The status that clients see. */
  public TaskStatus shown() {
    return shown;
  }

  /** The operation that clients see, nothing where it is the one that it was before. */
  public Optional<TaskOperation> operation() {
    return switch (this) {
      case CANCELING, CANCELED -> Optional.of(TaskOperation.CANCEL);
      case ROLLING_BACK, ROLLBACK_FAILED, ROLLED_BACK -> Optional.of(TaskOperation.ROLLBACK);
      case RUNNING, PAUSED, FAILED, SUCCESSFUL -> Optional.empty();
    };
  }

  /** Whether what is behind a settled subtask goes on now. */
  public boolean goesOn() {
    return this == RUNNING;
  }

  /** Whether what is behind a settled subtask may once go on. */
  public boolean counts() {
    return this != ROLLING_BACK;
  }

  /** Whether queued subtasks are given to workers. */
  public boolean dispatches() {
    return this != PAUSED;
  }

  /** Whether nothing more happens to it unless somebody asks. */
  public boolean hasEnded() {
    return shown.hasEnded();
  }
}
