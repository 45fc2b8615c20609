package dev.relight.model;

/** What was last done with a subtask. */
public enum SubtaskOperation {
  EXECUTE,
  RETRY,
  ROLLBACK,
  SKIP,
  ROLLBACK_SKIP,
  CANCEL
}
