package dev.relight.model;

/** The statuses of a task as clients and consumers see them. */
public enum TaskStatus {
  RUNNING,
  FAILED,
  SUCCESSFUL,
  PAUSED,
  CANCELED;

  /** Whether nothing more happens to the task unless somebody asks. */
  public boolean hasEnded() {
    return switch (this) {
      case RUNNING, PAUSED -> false;
      case FAILED, SUCCESSFUL, CANCELED -> true;
    };
  }
}
