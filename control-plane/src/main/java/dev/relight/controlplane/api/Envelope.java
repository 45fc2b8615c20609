package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.OffsetDateTime;

/**
 * What every answer looks like.
 *
 * @param data what the operation answers, left out where it has nothing to say
 * @param duration milliseconds from the request's arrival
 * @param error what went wrong, left out of a success
 * @param server address of the answering server
 * @param status the HTTP status
 * @param successful whether the operation was accepted or done
 * @param timestamp when it was answered
 * @param traceId the trace that the log speaks of
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Envelope(
    Object data,
    long duration,
    Problem error,
    String server,
    int status,
    boolean successful,
    OffsetDateTime timestamp,
    String traceId) {}
