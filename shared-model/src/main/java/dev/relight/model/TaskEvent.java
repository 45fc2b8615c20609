package dev.relight.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A task's change, the data of a CloudEvent of type {@value #TYPE}.
 *
 * @param taskId the task
 * @param name the task's name
 * @param status the status after the change
 * @param operation what is being done with the task
 * @param creator name of the user who asked for it
 * @param hostIds the hosts, in the order of the request; only in a task's first event
 * @param subtaskCount how many subtasks the task has; only in a task's first event
 * @param message why, where there is something to say
 * @param at when the change was made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskEvent(
    long taskId,
    String name,
    TaskStatus status,
    TaskOperation operation,
    String creator,
    List<Long> hostIds,
    Integer subtaskCount,
    String message,
    Instant at) {
  public static final String TYPE = "dev.relight.task.status.v1";
}
