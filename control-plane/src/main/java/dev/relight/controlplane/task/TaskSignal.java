package dev.relight.controlplane.task;

import dev.relight.model.TaskStatus;
import java.util.Optional;

/** What can happen to a task; {@link #on} is the only definition of how it may move. */
public enum TaskSignal {
  /** Nothing can move any more and every lane went through. */
  SUCCEEDED,
  /** Nothing can move any more and a lane failed. */
  FAILED;

  /** The status after this signal, or nothing where it does not apply. */
  public Optional<TaskStatus> on(TaskStatus status) {
    return Optional.ofNullable(
        switch (status) {
          case RUNNING ->
              switch (this) {
                case SUCCEEDED -> TaskStatus.SUCCESSFUL;
                case FAILED -> TaskStatus.FAILED;
              };
          case FAILED, SUCCESSFUL, PAUSED, CANCELED -> null;
        });
  }
}
