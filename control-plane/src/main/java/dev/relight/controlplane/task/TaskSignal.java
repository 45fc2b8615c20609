package dev.relight.controlplane.task;

import dev.relight.model.TaskStatus;
import java.util.Optional;

/** What can happen to a task; {@link #on} is the only definition of how it may move. */
public enum TaskSignal {
  /** Nothing can move any more and every lane went through. */
  SUCCEEDED,
  /** Nothing can move any more and a lane failed. */
  FAILED,
  /** A lane that had failed is to go on. */
  RETRIED;

  /** The status after this signal, or nothing where it does not apply. */
  public Optional<TaskStatus> on(TaskStatus status) {
    return Optional.ofNullable(
        switch (status) {
          case RUNNING ->
              switch (this) {
                case SUCCEEDED -> TaskStatus.SUCCESSFUL;
                case FAILED -> TaskStatus.FAILED;
                case RETRIED -> null;
              };
          case FAILED ->
              switch (this) {
                case RETRIED -> TaskStatus.RUNNING;
                case SUCCEEDED, FAILED -> null;
              };
          case SUCCESSFUL, PAUSED, CANCELED -> null;
        });
  }
}
