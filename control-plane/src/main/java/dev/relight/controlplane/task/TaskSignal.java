package dev.relight.controlplane.task;

/** What can happen to a task. */
public enum TaskSignal {
  /** Nothing can move any more and every lane went through. */
  SUCCEEDED,
  /** Nothing can move any more and a lane failed. */
  FAILED,
  /** What failed is to be done once more. */
  RETRIED,
  /** Somebody wants nothing more to start. */
  PAUSE_ASKED,
  /** Somebody wants it to go on from where it was paused. */
  RESUME_ASKED,
  /** Somebody wants it to end, with the agents running that it has stopped. */
  CANCEL_ASKED,
  /** Somebody wants it undone. */
  ROLLBACK_ASKED
}
