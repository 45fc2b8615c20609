package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import io.smallrye.mutiny.Uni;

/**
 * Records the agent's state before the work, so that later stages know its processes again. A dead
 * agent is fine: it can be restarted.
 */
final class Prepare implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    return new ReadState().perform(job).chain(job.remains()::withBirths);
  }
}
