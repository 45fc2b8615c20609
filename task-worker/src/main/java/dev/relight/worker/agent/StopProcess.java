package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.stream.Collectors;

/** Stops one process and sees it gone. */
final class StopProcess implements Operation {
  private static final Duration GONE_LIMIT = Duration.ofSeconds(10);

  @Override
  public Uni<AgentState> perform(Job job) {
    String alias = job.command().process();
    return job.agent()
        .status()
        .chain(state -> job.agent().stopProcess(require(job, state, alias)))
        .chain(
            () ->
                Polling.until(
                    seen -> !require(job, seen, alias).running(),
                    job.patience(GONE_LIMIT),
                    job.agent()::status))
        .map(
            seen -> {
              if (require(job, seen, alias).running()) {
                throw new OperationFailed(alias + " is still alive after the stop", seen);
              }
              job.log().info(alias + " is seen gone");
              return seen;
            });
  }

  /** The process of this name, if the agent lives and has it. */
  static ProcessState require(Job job, AgentState state, String alias) {
    if (!state.running() && job.agent().isSupervised()) {
      throw new OperationFailed("The agent itself does not run: start it first", state);
    }
    return Processes.find(state, alias)
        .orElseThrow(
            () ->
                new OperationFailed(
                    "The agent has no process '%s', it has: %s"
                        .formatted(
                            alias,
                            state.processes().stream()
                                .map(ProcessState::alias)
                                .collect(Collectors.joining(", "))),
                    state));
  }
}
