package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.relight.controlplane.store.AuditEvents;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * A request that would change something, and what became of it.
 *
 * @param address of the client
 * @param code the error's code, left out of a success
 * @param hostIds the hosts that it was about, as far as that was read before it was refused
 * @param message why it was refused
 * @param operation method and path, with the names of its parameters
 * @param status of the answer
 * @param taskId the task that it made or was about
 * @param traceId as in the answer
 * @param user left out where nobody known has asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditAnswer(
    String address,
    Integer code,
    List<Long> hostIds,
    long id,
    String message,
    String operation,
    String path,
    int status,
    Long taskId,
    OffsetDateTime time,
    String traceId,
    String user) {

  static AuditAnswer of(AuditEvents.Stored event) {
    AuditEvents.Entry entry = event.entry();
    return new AuditAnswer(
        entry.address(),
        entry.code(),
        entry.hostIds(),
        event.id(),
        entry.message(),
        entry.operation(),
        entry.path(),
        entry.status(),
        entry.taskId(),
        event.at(),
        entry.traceId(),
        entry.user());
  }
}
