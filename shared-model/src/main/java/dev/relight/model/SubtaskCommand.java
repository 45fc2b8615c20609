package dev.relight.model;

import java.util.Objects;

/**
 * One dispatch of a subtask: all that a worker needs to do it, but secrets.
 *
 * @param install id of this installation of Relight, the first part of every token
 * @param taskId the task
 * @param subtaskId the subtask
 * @param attempt the attempt that users see, from 1 (their {@code runTime})
 * @param fence rises with every dispatch in this installation; guards every report and the host
 * @param kind what to do
 * @param compensation whether this start only brings back what prepare saw running, as the repair
 *     of a lane that failed or was canceled after its stop, or as the rollback of a stop
 * @param host where to do it
 * @param process alias of the process, for the kinds that operate a single one, else null
 * @param recorded what the lane's prepare saw, null before it was prepared
 * @param timeoutMillis what is left of the stage's time, in milliseconds
 * @param traceparent W3C trace context of the request, null when there is none; the same for all
 *     attempts
 */
public record SubtaskCommand(
    String install,
    long taskId,
    long subtaskId,
    int attempt,
    long fence,
    SubtaskKind kind,
    boolean compensation,
    HostTarget host,
    String process,
    AgentState recorded,
    long timeoutMillis,
    String traceparent) {

  /** The same command for another description of its host. */
  public SubtaskCommand onHost(HostTarget other) {
    return new SubtaskCommand(
        install,
        taskId,
        subtaskId,
        attempt,
        fence,
        kind,
        compensation,
        other,
        process,
        recorded,
        timeoutMillis,
        traceparent);
  }

  /** The same command as a part of something that its trace has in between. */
  public SubtaskCommand under(String newTraceparent) {
    if (Objects.equals(newTraceparent, traceparent)) {
      return this;
    }
    return new SubtaskCommand(
        install,
        taskId,
        subtaskId,
        attempt,
        fence,
        kind,
        compensation,
        host,
        process,
        recorded,
        timeoutMillis,
        newTraceparent);
  }

  /** Names this dispatch on the host: {@code relight-<install>-<subtask>-<fence>}. */
  public String token() {
    return "relight-" + install + "-" + subtaskId + "-" + fence;
  }
}
