package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import io.smallrye.mutiny.Uni;

/** Restarts the agent's proxy process; succeeds where there is none or nothing runs. */
final class RestartProxy implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent()
        .status()
        .chain(
            state -> {
              if (state.running() && Processes.find(state, Dialect.PROXY).isPresent()) {
                return RestartProcess.restart(job, state, Dialect.PROXY);
              }
              job.log().info("There is no proxy process to restart");
              return Uni.createFrom().item(state);
            });
  }
}
