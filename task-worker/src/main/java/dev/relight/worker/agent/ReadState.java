package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import io.smallrye.mutiny.Uni;

/** Reads the agent's state, dead or alive. */
final class ReadState implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent()
        .status()
        .invoke(state -> job.log().info("Running: " + Processes.describe(state)));
  }
}
