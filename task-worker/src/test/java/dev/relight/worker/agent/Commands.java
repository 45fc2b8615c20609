package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import java.time.Duration;

/** Commands for one host, each a subtask of its own under the next fence. */
final class Commands {
  /** However busy the machine is; what a test wants to see fail takes so long. */
  private static final long TIMEOUT_MILLIS = 30_000;

  private final HostTarget host;
  private long fence = 100;

  Commands(HostTarget host) {
    this.host = host;
  }

  SubtaskCommand of(SubtaskKind kind) {
    return of(kind, null);
  }

  SubtaskCommand of(SubtaskKind kind, AgentState recorded) {
    return command(kind, null, recorded);
  }

  SubtaskCommand process(SubtaskKind kind, String process) {
    return command(kind, process, null);
  }

  /** The same subtask in the hands of the next worker, or when it is retried. */
  SubtaskCommand again(SubtaskCommand c) {
    // The fence between two dispatches is the one under which the earlier one is ended.
    fence += 2;
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

  /** The start that only brings back what ran. */
  static SubtaskCommand compensation(SubtaskCommand c) {
    return new SubtaskCommand(
        c.install(),
        c.taskId(),
        c.subtaskId(),
        c.attempt(),
        c.fence(),
        c.kind(),
        true,
        c.host(),
        c.process(),
        c.recorded(),
        c.timeoutMillis(),
        null);
  }

  /** The same, with so much time for it. */
  static SubtaskCommand within(Duration timeout, SubtaskCommand c) {
    return new SubtaskCommand(
        c.install(),
        c.taskId(),
        c.subtaskId(),
        c.attempt(),
        c.fence(),
        c.kind(),
        c.compensation(),
        c.host(),
        c.process(),
        c.recorded(),
        timeout.toMillis(),
        null);
  }

  private SubtaskCommand command(SubtaskKind kind, String process, AgentState recorded) {
    fence++;
    return new SubtaskCommand(
        "test", 1, fence, 1, fence, kind, false, host, process, recorded, TIMEOUT_MILLIS, null);
  }
}
