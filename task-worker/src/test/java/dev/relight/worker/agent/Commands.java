package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;

/** Commands for one host, each a subtask of its own under the next fence. */
final class Commands {
  private static final long ENOUGH_MILLIS = 30_000;

  private final HostTarget host;
  private long fence = 100;

  Commands(HostTarget host) {
    this.host = host;
  }

  SubtaskCommand command(SubtaskKind kind, AgentState recorded) {
    return command(kind, recorded, ENOUGH_MILLIS);
  }

  SubtaskCommand command(SubtaskKind kind, AgentState recorded, long timeoutMillis) {
    fence++;
    return new SubtaskCommand(
        "test", 1, fence, 1, fence, kind, false, host, null, recorded, timeoutMillis, null);
  }

  SubtaskCommand process(SubtaskKind kind, String process) {
    fence++;
    return new SubtaskCommand(
        "test", 1, fence, 1, fence, kind, false, host, process, null, ENOUGH_MILLIS, null);
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
}
