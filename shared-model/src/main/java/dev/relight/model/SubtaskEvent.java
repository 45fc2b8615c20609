package dev.relight.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A subtask's change, the data of a CloudEvent of type {@value #TYPE}.
 *
 * @param taskId the task
 * @param subtaskId the subtask
 * @param kind what the subtask does
 * @param hostId its host, null for a wait node
 * @param parallelIdx its lane, -1 outside of lanes
 * @param status the status after the change
 * @param operation what was last done with the subtask
 * @param attempt the attempt, from 1
 * @param executor the worker that has it, null while none has
 * @param compensation status of the start that repairs a failed lane, null without one
 * @param message why, where there is something to say
 * @param at when the change was made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SubtaskEvent(
    long taskId,
    long subtaskId,
    SubtaskKind kind,
    Long hostId,
    int parallelIdx,
    SubtaskStatus status,
    SubtaskOperation operation,
    int attempt,
    String executor,
    SubtaskStatus compensation,
    String message,
    Instant at) {
  public static final String TYPE = "dev.relight.subtask.status.v1";
}
