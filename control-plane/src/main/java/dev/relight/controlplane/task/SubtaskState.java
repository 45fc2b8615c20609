package dev.relight.controlplane.task;

import dev.relight.model.SubtaskStatus;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where a subtask stands in the engine; {@link #on} is the only definition of how it may move.
 *
 * <p>It is finer than what clients see: a lane that failed after it had stopped something is shown
 * FAILED while the start that repairs it is still under way, and what is being rolled back is shown
 * as what becomes of the start that undoes it.
 */
public enum SubtaskState {
  PENDING(SubtaskStatus.PENDING),
  READY(SubtaskStatus.READY),
  RUNNING(SubtaskStatus.RUNNING),
  CANCELING(SubtaskStatus.CANCELING),
  COMPENSATION_READY(SubtaskStatus.FAILED),
  COMPENSATING(SubtaskStatus.FAILED),
  ROLLBACK_READY(SubtaskStatus.READY),
  ROLLING_BACK(SubtaskStatus.RUNNING),
  ROLLBACK_FAILED(SubtaskStatus.FAILED),
  FAILED(SubtaskStatus.FAILED),
  SUCCESSFUL(SubtaskStatus.SUCCESSFUL);

  private final SubtaskStatus shown;

  SubtaskState(SubtaskStatus shown) {
    this.shown = shown;
  }

  /** The state after the signal, or nothing where the signal is late, repeated or stale. */
  public Optional<SubtaskState> on(SubtaskSignal signal) {
    return Optional.ofNullable(
        switch (signal) {
          case ELIGIBLE -> this == PENDING ? READY : null;
          case OPENED -> this == PENDING ? SUCCESSFUL : null;
          case CUT_OFF -> this == PENDING ? COMPENSATION_READY : null;
          case STARTED -> started();
          case SUCCEEDED -> succeeded();
          case FAILED -> failed(FAILED);
          case FAILED_AFTER_STOP -> failed(COMPENSATION_READY);
          case REDISPATCHED -> redispatched();
          case CANCEL_ASKED -> this == READY || this == RUNNING ? CANCELING : null;
          case RETRIED -> this == FAILED ? READY : this == ROLLBACK_FAILED ? ROLLBACK_READY : null;
          case SKIPPED -> this == FAILED ? SUCCESSFUL : this == ROLLBACK_FAILED ? PENDING : null;
          case RESET -> this == FAILED || this == SUCCESSFUL ? PENDING : null;
          case ROLLBACK_ASKED -> isSettled() ? ROLLBACK_READY : null;
          case ROLLED_BACK -> isSettled() ? PENDING : null;
        });
  }

  private SubtaskState started() {
    return switch (this) {
      case READY -> RUNNING;
      case COMPENSATION_READY -> COMPENSATING;
      case ROLLBACK_READY -> ROLLING_BACK;
      case PENDING,
          RUNNING,
          CANCELING,
          COMPENSATING,
          ROLLING_BACK,
          ROLLBACK_FAILED,
          FAILED,
          SUCCESSFUL ->
          null;
    };
  }

  private SubtaskState succeeded() {
    return switch (this) {
      case READY, RUNNING -> SUCCESSFUL;
      case COMPENSATION_READY, COMPENSATING -> FAILED;
      case ROLLBACK_READY, ROLLING_BACK -> PENDING;
      // Whatever became of canceled work, it does not count as done.
      case PENDING, CANCELING, ROLLBACK_FAILED, FAILED, SUCCESSFUL -> null;
    };
  }

  private SubtaskState failed(SubtaskState ofItsOwnWork) {
    return switch (this) {
      case READY, RUNNING, CANCELING -> ofItsOwnWork;
      case COMPENSATION_READY, COMPENSATING -> FAILED;
      case ROLLBACK_READY, ROLLING_BACK -> ROLLBACK_FAILED;
      case PENDING, ROLLBACK_FAILED, FAILED, SUCCESSFUL -> null;
    };
  }

  private SubtaskState redispatched() {
    return switch (this) {
      case READY, RUNNING -> READY;
      case COMPENSATION_READY, COMPENSATING -> COMPENSATION_READY;
      case ROLLBACK_READY, ROLLING_BACK -> ROLLBACK_READY;
      case PENDING, CANCELING, ROLLBACK_FAILED, FAILED, SUCCESSFUL -> null;
    };
  }

  /** The names of those states. */
  public static String[] names(Predicate<SubtaskState> which) {
    return Stream.of(values()).filter(which).map(Enum::name).toArray(String[]::new);
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
      case PENDING,
          READY,
          RUNNING,
          CANCELING,
          ROLLBACK_READY,
          ROLLING_BACK,
          ROLLBACK_FAILED,
          FAILED,
          SUCCESSFUL ->
          null;
    };
  }

  /** Whether what is done for it only brings back what prepare saw running. */
  public boolean bringsBack() {
    return compensation() != null || this == ROLLBACK_READY || this == ROLLING_BACK;
  }

  /** Whether a command for it is, or should be, on its way to a worker. */
  public boolean isQueued() {
    return this == READY || this == COMPENSATION_READY || this == ROLLBACK_READY;
  }

  /** Whether a worker has started on it. */
  public boolean isStarted() {
    return this == RUNNING || this == CANCELING || this == COMPENSATING || this == ROLLING_BACK;
  }

  /** Whether it still moves by itself. */
  public boolean isLive() {
    return isQueued() || isStarted();
  }

  /** Whether it failed and nothing more is tried. */
  public boolean hasFailed() {
    return this == FAILED || this == ROLLBACK_FAILED;
  }

  /** Whether nothing more happens to it unless somebody asks. */
  public boolean isSettled() {
    return hasFailed() || this == SUCCESSFUL;
  }
}
