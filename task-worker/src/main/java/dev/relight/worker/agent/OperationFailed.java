package dev.relight.worker.agent;

import dev.relight.model.AgentState;

/** The work could not be done; the message tells an operator why and what can be done about it. */
public final class OperationFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient AgentState observed;

  public OperationFailed(String message) {
    this(message, null);
  }

  OperationFailed(String message, AgentState observed) {
    // Without a stack trace: it is an outcome, not a bug.
    super(OperationLog.bounded(message), null, false, false);
    this.observed = observed;
  }

  /** The agent as it was last seen, null when it was not read. */
  public AgentState observed() {
    return observed;
  }
}
