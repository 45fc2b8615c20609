package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskKind;
import io.smallrye.mutiny.Uni;

/** The work of one family of subtasks; gives the agent as it was seen at the end. */
interface Operation {
  Uni<AgentState> perform(Job job);

  static Operation of(SubtaskKind kind) {
    return switch (kind) {
      case PREPARE_RESTART, PREPARE_STOP -> new Prepare();
      case FINISH -> new ReadState();
      case RESTART_PROXY -> new RestartProxy();
      case STOP_ALL -> new StopAll();
      case START_ALL -> new StartAll();
      case RESTART_PROCESS -> new RestartProcess();
      case STOP_PROCESS -> new StopProcess();
      case REFRESH -> new Refresh();
      case WAIT -> throw new IllegalArgumentException("A wait node is no work for a worker");
    };
  }
}
