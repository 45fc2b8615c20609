package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Records the agent's state before the work, so that later stages know its processes again. A dead
 * agent is fine: it can be restarted. One that only does not answer is not taken for dead, or
 * nothing would bring it back.
 */
final class Prepare implements Operation {
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);

  private record Look(AgentState state, ProcessState silent) {}

  @Override
  public Uni<AgentState> perform(Job job) {
    return Polling.until(look -> look.silent == null, job.patience(SILENCE_LIMIT), () -> look(job))
        .map(look -> look.silent == null ? look.state : hung(job, look))
        .invoke(state -> job.log().info("Running: " + Processes.describe(state)))
        .chain(job.remains()::withBirths);
  }

  private static Uni<Look> look(Job job) {
    return job.agent()
        .status()
        .chain(
            state ->
                state.running()
                    ? Uni.createFrom().item(new Look(state, null))
                    : job.agent().silentSupervisor().map(silent -> new Look(state, silent)));
  }

  /** Of its other processes nothing is known. */
  private static AgentState hung(Job job, Look look) {
    job.log().warn("The agent runs, but does not answer");
    List<ProcessState> others =
        look.state.processes().stream()
            .filter(process -> !process.alias().equals(look.silent.alias()))
            .toList();
    return new AgentState(
        true,
        look.state.version(),
        look.state.logHome(),
        Stream.concat(Stream.of(look.silent), others.stream()).toList(),
        look.state.observedAt());
  }
}
