package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/** Stops the agent and sees that none of its processes is left. */
final class StopAll implements Operation {
  private static final Duration GONE_LIMIT = Duration.ofSeconds(10);

  private record Rest(AgentState state, List<ProcessState> alive) {}

  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent()
        .status()
        .map(now -> known(job, now))
        .chain(
            known ->
                job.agent()
                    .stop()
                    .chain(
                        () ->
                            Polling.until(
                                rest -> rest.alive.isEmpty(),
                                job.patience(GONE_LIMIT),
                                () -> rest(job, known))))
        .map(
            rest -> {
              if (!rest.alive.isEmpty()) {
                throw new OperationFailed(
                    "Still alive after the stop: " + Processes.describe(rest.alive), rest.state);
              }
              job.log().info("Seen gone");
              return rest.state;
            });
  }

  // What prepare saw, and what was restarted since.
  private static List<AgentState> known(Job job, AgentState now) {
    AgentState recorded = job.command().recorded();
    return recorded == null ? List.of(now) : List.of(recorded, now);
  }

  private static Uni<Rest> rest(Job job, List<AgentState> known) {
    return job.agent()
        .status()
        .chain(
            state ->
                state.running()
                    ? Uni.createFrom().item(new Rest(state, Processes.running(state)))
                    : job.agent().survivors(known).map(alive -> new Rest(state, alive)));
  }
}
