package dev.relight.model;

/** What a subtask does; every kind but {@link #WAIT} is work of a worker on one host. */
public enum SubtaskKind {
  /** Reads the agent's state before a restart. A dead agent is fine. */
  PREPARE_RESTART,
  /** Reads the agent's state before a stop. */
  PREPARE_STOP,
  /** Restarts the agent's proxy process, where the profile has one. */
  RESTART_PROXY,
  /** Stops every process of the agent; none may be left. */
  STOP_ALL,
  /** Starts the agent; every process that should run is seen alive. */
  START_ALL,
  /** Reads the agent's state once more, for the inventory. */
  FINISH,
  /** Restarts one process of the agent. */
  RESTART_PROCESS,
  /** Stops one process of the agent. */
  STOP_PROCESS,
  /** Reads the agent's state, changing nothing. */
  REFRESH,
  /** A barrier between stages; completed by the control plane itself. */
  WAIT
}
