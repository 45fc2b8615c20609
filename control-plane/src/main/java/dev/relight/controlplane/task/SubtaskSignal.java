package dev.relight.controlplane.task;

/** What can happen to a subtask. */
public enum SubtaskSignal {
  /** Every upstream is settled and the lane's previous stage succeeded. */
  ELIGIBLE,
  /** Every upstream of a wait node is settled and a lane goes on behind it. */
  OPENED,
  /** A worker has taken the command. */
  STARTED,
  /** The work was done and seen. */
  SUCCEEDED,
  /** The work could not be done and the host is as it was. */
  FAILED,
  /** The work could not be done and may have left the host's agent down. */
  FAILED_AFTER_STOP,
  /** Somebody wants it stopped. */
  CANCEL_ASKED,
  /** Its task was canceled when its lane had stopped the agent and not come to start it. */
  CUT_OFF,
  /** Somebody wants it done once more. */
  RETRIED,
  /** Somebody wants its lane to go on as if it had succeeded. */
  SKIPPED,
  /** Its lane starts again at an earlier stage. */
  RESET,
  /** Its task is rolled back, and what it stopped on the host is to run again. */
  ROLLBACK_ASKED,
  /** Its task is rolled back, and nothing is to be done for it on the host. */
  ROLLED_BACK,
  /** The worker handed the command back or was lost: somebody else does it. */
  REDISPATCHED
}
