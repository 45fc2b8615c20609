package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Starts the agent and sees every process that should run: each once, new since it was recorded,
 * and still there after a while.
 */
final class StartAll implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    boolean compensation = job.command().compensation();
    Uni<Void> cleared = compensation ? job.host().endEarlier() : Uni.createFrom().voidItem();
    // A compensation brings back what was running, be it the old processes.
    AgentState recorded = job.command().recorded();
    return cleared
        .chain(job.agent()::start)
        .chain(() -> job.watchUntilStable(seen -> complaint(recorded, seen, !compensation)));
  }

  static Complaint complaint(AgentState recorded, AgentState seen, boolean renewed) {
    if (!seen.running()) {
      return new Complaint(
          wanted(recorded, seen).stream().map(ProcessState::alias).findFirst().orElse(null),
          "The agent does not run");
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
    return Processes.running(recorded).stream()
        .anyMatch(
            old ->
                old.alias().equals(process.alias())
                    && old.pid() == process.pid()
                    && Objects.equals(old.startedAt(), process.startedAt()));
  }
}
