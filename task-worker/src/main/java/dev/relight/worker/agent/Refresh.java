package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import io.smallrye.mutiny.Uni;

/**
 * Reads the agent's state outside of any lane. It takes no fence: it would turn away a subtask that
 * is at work on the host.
 */
final class Refresh implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent()
        .peek()
        .invoke(state -> job.log().info("Running: " + Processes.describe(state)));
  }
}
