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
    ProcessState process = StopProcess.require(before, alias);
    int oldPid =
        Optional.ofNullable(job.command().recorded())
            .flatMap(recorded -> Processes.find(recorded, alias))
            .orElse(process)
            .pid();
    return job.agent()
        .stopService(process)
        .chain(() -> job.agent().startService(alias))
        .chain(
            () -> {
              // What another attempt has restarted may be what was there before this one.
              boolean mayBeOld = job.agent().hasAdopted();
              return job.watchUntilStable(seen -> complaint(seen, alias, mayBeOld ? 0 : oldPid));
            });
  }

  private static String complaint(AgentState seen, String alias, int oldPid) {
    Optional<ProcessState> process = Processes.find(seen, alias).filter(ProcessState::running);
    if (process.isEmpty()) {
      return alias + " does not run";
    }
    return process.get().pid() == oldPid
        ? alias + " is still the old process, pid " + oldPid
        : null;
  }
}
