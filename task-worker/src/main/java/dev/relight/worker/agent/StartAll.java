package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Starts the agent and sees every process that should run: each once, new since it was recorded,
 * and still there after a while.
 */
final class StartAll implements Operation {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  @Override
  public Uni<AgentState> perform(Job job) {
    return job.command().compensation() ? bringBack(job) : start(job);
  }

  /** What ran before runs again, be it the old processes; an agent that did not is left alone. */
  private static Uni<AgentState> bringBack(Job job) {
    AgentState recorded = job.command().recorded();
    if (recorded != null && !recorded.running()) {
      job.log().info("It did not run before, so it is not started");
      return job.host().endEarlier().chain(job.agent()::status);
    }
    Uni<Void> cleared = job.host().endEarlier();
    return job.agent().isSupervised()
        ? cleared.chain(() -> awaitEndOfStop(job)).chain(() -> start(job))
        : cleared.chain(() -> start(job));
  }

  /** A stop goes on within the agent when the command that asked for it was ended. */
  private static Uni<AgentState> awaitEndOfStop(Job job) {
    return Polling.until(seen -> !isGoingDown(seen), job.patience(STOP_LIMIT), job.agent()::status);
  }

  private static boolean isGoingDown(AgentState seen) {
    return seen.running() && !seen.processes().get(0).running();
  }

  private static Uni<AgentState> start(Job job) {
    AgentState recorded = job.command().recorded();
    boolean renewed = !job.command().compensation();
    return job.agent()
        .start()
        .chain(() -> job.watchUntilStable(seen -> complaint(recorded, seen, renewed)));
  }

  static Complaint complaint(AgentState recorded, AgentState seen, boolean renewed) {
    if (!seen.running()) {
      return new Complaint(
          wanted(recorded, seen).stream().map(ProcessState::alias).findFirst().orElse(null),
          "The agent does not run",
          true);
    }
    Set<String> aliases = new HashSet<>();
    for (ProcessState process : Processes.running(seen)) {
      if (!aliases.add(process.alias())) {
        return new Complaint(null, process.alias() + " runs twice: " + Processes.describe(seen));
      }
    }
    for (ProcessState wanted : wanted(recorded, seen)) {
      if (!aliases.contains(wanted.alias())) {
        return new Complaint(wanted.alias(), wanted.alias() + " does not run");
      }
    }
    if (renewed && recorded != null) {
      for (ProcessState process : Processes.running(seen)) {
        if (isUnchanged(recorded, process)) {
          return Complaint.old(process);
        }
      }
    }
    return null;
  }

  /** What did not run before need not run now, unless nothing ran. */
  private static List<ProcessState> wanted(AgentState recorded, AgentState seen) {
    return recorded != null && recorded.running() ? Processes.running(recorded) : seen.processes();
  }

  private static boolean isUnchanged(AgentState recorded, ProcessState process) {
    return Processes.running(recorded).stream().anyMatch(process::isSameAs);
  }
}
