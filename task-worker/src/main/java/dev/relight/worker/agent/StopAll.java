package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.worker.transport.FencedHost.Alive;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Stops the agent and sees that none of its processes is left. */
final class StopAll implements Operation {
  private static final Duration GONE_LIMIT = Duration.ofSeconds(10);

  private record Rest(AgentState state, List<ProcessState> alive) {}

  private record Supervisor(int pid, Instant startedAt) {}

  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent()
        .status()
        .chain(now -> job.remains().alive(known(job, now)))
        .chain(known -> job.agent().stop().chain(() -> awaitEnd(job, known)))
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

  // A supervisor that is still the one that prepare saw knows what has become of its children. Else
  // there may be more than it tells of.
  private static List<AgentState> known(Job job, AgentState now) {
    AgentState recorded = job.command().recorded();
    return recorded == null || job.agent().isSupervised() && hasSameSupervisor(recorded, now)
        ? List.of(now)
        : List.of(recorded, now);
  }

  private static boolean hasSameSupervisor(AgentState recorded, AgentState now) {
    return now.running() && recorded.running() && supervisor(recorded).equals(supervisor(now));
  }

  private static Supervisor supervisor(AgentState state) {
    ProcessState process = state.processes().get(0);
    return new Supervisor(process.pid(), process.startedAt());
  }

  private static Uni<Rest> awaitEnd(Job job, Map<ProcessState, Alive> known) {
    return Polling.until(
        rest -> rest.alive.isEmpty(), job.patience(GONE_LIMIT), () -> rest(job, known));
  }

  private static Uni<Rest> rest(Job job, Map<ProcessState, Alive> known) {
    return job.agent()
        .status()
        .chain(
            state ->
                state.running()
                    ? Uni.createFrom().item(new Rest(state, Processes.running(state)))
                    : job.remains().survivors(known).map(alive -> new Rest(state, alive)));
  }
}
