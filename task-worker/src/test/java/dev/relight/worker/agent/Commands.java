package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;

/** Commands for one host, each a dispatch of its own. */
final class Commands {
  private final HostTarget host;
  private long fence = 100;

  Commands(HostTarget host) {
    this.host = host;
  }

  SubtaskCommand of(SubtaskKind kind, AgentState recorded, long timeoutMillis) {
    return command(kind, null, recorded, timeoutMillis);
  }

  SubtaskCommand of(SubtaskKind kind) {
    return of(kind, null);
  }

  SubtaskCommand of(SubtaskKind kind, AgentState recorded) {
    return command(kind, null, recorded, 30_000);
  }

  SubtaskCommand process(SubtaskKind kind, String process) {
    return command(kind, process, null, 30_000);
  }

  SubtaskCommand process(SubtaskKind kind, String process, long timeoutMillis) {
    return command(kind, process, null, timeoutMillis);
  }

  /** The same subtask in the hands of the next worker. */
  SubtaskCommand again(SubtaskCommand c) {
    fence++;
    return new SubtaskCommand(
        c.install(),
        c.taskId(),
        c.subtaskId(),
        c.attempt() + 1,
        fence,
        c.kind(),
        c.compensation(),
        c.host(),
        c.process(),
        c.recorded(),
        c.timeoutMillis(),
        null);
  }

  private SubtaskCommand command(
      SubtaskKind kind, String process, AgentState recorded, long timeoutMillis) {
    fence++;
    return new SubtaskCommand(
        "test", 1, fence, 1, fence, kind, false, host, process, recorded, timeoutMillis, null);
  }
}
