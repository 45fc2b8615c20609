package dev.relight.controlplane.task;

import dev.relight.model.SubtaskStatus;
import java.util.Optional;

/**
 * Where a subtask stands in the engine; {@link #on} is the only definition of how it may move.
 *
 * <p>It is finer than what clients see: a lane that failed after it had stopped something is shown
 * FAILED while the start that repairs it is still under way.
 */
public enum SubtaskState {
  PENDING(SubtaskStatus.PENDING),
  READY(SubtaskStatus.READY),
  RUNNING(SubtaskStatus.RUNNING),
  CANCELING(SubtaskStatus.CANCELING),
  COMPENSATION_READY(SubtaskStatus.FAILED),
  COMPENSATING(SubtaskStatus.FAILED),
  FAILED(SubtaskStatus.FAILED),
  SUCCESSFUL(SubtaskStatus.SUCCESSFUL);

  private final SubtaskStatus shown;

  SubtaskState(SubtaskStatus shown) {
    this.shown = shown;
  }

  /** The state after the signal, or nothing where the signal is late, repeated or stale. */
  public Optional<SubtaskState> on(SubtaskSignal signal) {
    return Optional.ofNullable(
        switch (this) {
          case PENDING ->
              switch (signal) {
                case ELIGIBLE -> READY;
                case OPENED -> SUCCESSFUL;
                case STARTED,
                    SUCCEEDED,
                    FAILED,
                    FAILED_AFTER_STOP,
                    REDISPATCHED,
                    CANCEL_ASKED,
                    RETRIED,
                    SKIPPED,
                    RESET ->
                    null;
              };
          case READY, RUNNING ->
              switch (signal) {
                case STARTED -> this == READY ? RUNNING : null;
                case SUCCEEDED -> SUCCESSFUL;
                case FAILED -> FAILED;
                case FAILED_AFTER_STOP -> COMPENSATION_READY;
                case REDISPATCHED -> READY;
                case CANCEL_ASKED -> CANCELING;
                case ELIGIBLE, OPENED, RETRIED, SKIPPED, RESET -> null;
              };
          case CANCELING ->
              switch (signal) {
                // Whatever became of the work, it does not count as done.
                case FAILED -> FAILED;
                case FAILED_AFTER_STOP -> COMPENSATION_READY;
                case ELIGIBLE,
                    OPENED,
                    STARTED,
                    SUCCEEDED,
                    REDISPATCHED,
                    CANCEL_ASKED,
                    RETRIED,
                    SKIPPED,
                    RESET ->
                    null;
              };
          case COMPENSATION_READY, COMPENSATING ->
              switch (signal) {
                case STARTED -> this == COMPENSATION_READY ? COMPENSATING : null;
                case SUCCEEDED, FAILED, FAILED_AFTER_STOP -> FAILED;
                case REDISPATCHED -> COMPENSATION_READY;
                case ELIGIBLE, OPENED, CANCEL_ASKED, RETRIED, SKIPPED, RESET -> null;
              };
          case FAILED, SUCCESSFUL ->
              switch (signal) {
                case RETRIED -> this == FAILED ? READY : null;
                case SKIPPED -> this == FAILED ? SUCCESSFUL : null;
                case RESET -> PENDING;
                case ELIGIBLE,
                    OPENED,
                    STARTED,
                    SUCCEEDED,
                    FAILED,
                    FAILED_AFTER_STOP,
                    REDISPATCHED,
                    CANCEL_ASKED ->
                    null;
              };
        });
  }

  /** What clients and consumers see. */
  public SubtaskStatus shown() {
    return shown;
  }

  /** Status of the start that repairs a failed lane, or null where there is none under way. */
  public SubtaskStatus compensation() {
    return switch (this) {
      case COMPENSATION_READY -> SubtaskStatus.READY;
      case COMPENSATING -> SubtaskStatus.RUNNING;
      case PENDING, READY, RUNNING, CANCELING, FAILED, SUCCESSFUL -> null;
    };
  }

  /** Whether a command for it is, or should be, on its way to a worker. */
  public boolean isQueued() {
    return this == READY || this == COMPENSATION_READY;
  }

  /** Whether a worker has started on it. */
  public boolean isStarted() {
    return this == RUNNING || this == CANCELING || this == COMPENSATING;
  }

  /** Whether it still moves by itself. */
  public boolean isLive() {
    return isQueued() || isStarted();
  }

  /** Whether nothing more happens to it unless somebody asks. */
  public boolean isSettled() {
    return this == FAILED || this == SUCCESSFUL;
  }
}
