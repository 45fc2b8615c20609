package dev.relight.model;

/** What is being done with a task as a whole. */
public enum TaskOperation {
  EXECUTE,
  RETRY,
  ROLLBACK,
  CANCEL
}
