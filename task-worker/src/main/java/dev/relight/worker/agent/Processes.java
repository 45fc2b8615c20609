package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Questions about the processes of an agent. */
final class Processes {
  private Processes() {}

  static Optional<ProcessState> find(AgentState state, String alias) {
    return state.processes().stream().filter(p -> p.alias().equals(alias)).findFirst();
  }

  static List<ProcessState> running(AgentState state) {
    return state.processes().stream().filter(ProcessState::running).toList();
  }

  static Set<Integer> pids(AgentState state) {
    return running(state).stream().map(ProcessState::pid).collect(Collectors.toSet());
  }

  static String describe(AgentState state) {
    return describe(running(state));
  }

  static String describe(Collection<ProcessState> processes) {
    return processes.isEmpty()
        ? "nothing"
        : processes.stream()
            .map(process -> process.alias() + " (pid " + process.pid() + ")")
            .collect(Collectors.joining(", "));
  }
}
