package dev.relight.model;

/** The statuses of a task as clients and consumers see them. */
public enum TaskStatus {
  RUNNING,
  FAILED,
  SUCCESSFUL,
  PAUSED,
  CANCELED
}
