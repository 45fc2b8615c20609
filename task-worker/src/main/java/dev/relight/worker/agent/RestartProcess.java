package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Restarts one process and sees it alive under a new process id. */
final class RestartProcess implements Operation {
  @Override
  public Uni<AgentState> perform(Job job) {
    return job.agent().status().chain(state -> restart(job, state, job.command().process()));
  }

  static Uni<AgentState> restart(Job job, AgentState before, String alias) {
    ProcessState process = StopProcess.require(job, before, alias);
    int oldPid =
        Optional.ofNullable(job.command().recorded())
            .flatMap(recorded -> Processes.find(recorded, alias))
            .orElse(process)
            .pid();
    return job.agent()
        .stopProcess(process)
        .chain(() -> job.agent().startProcess(alias))
        .chain(
            () -> {
              // What another attempt has restarted may be what was there before this one.
              boolean mayBeOld = job.host().hasAdopted();
              return job.watchUntilStable(seen -> complaint(seen, alias, mayBeOld ? 0 : oldPid));
            });
  }

  private static Complaint complaint(AgentState seen, String alias, int oldPid) {
    Optional<ProcessState> process = Processes.find(seen, alias).filter(ProcessState::running);
    if (process.isEmpty()) {
      return new Complaint(alias, alias + " does not run");
    }
    if (seen.processes().stream().filter(p -> p.alias().equals(alias) && p.running()).count() > 1) {
      return new Complaint(null, alias + " runs twice: " + Processes.describe(seen));
    }
    return process.get().pid() == oldPid ? Complaint.old(process.get()) : null;
  }
}
