package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.TaskKind;
import java.util.List;

/**
 * What somebody asked for, already checked for form.
 *
 * @param kind what to do
 * @param hostIds where, at least one, no duplicates
 * @param process alias of the process, for the kinds that operate a single one, else null
 * @param creatorId id of the asking user
 * @param creator name of the asking user
 * @param executor address of the accepting server, as clients see it
 * @param traceparent W3C trace context of the request, or null
 */
public record TaskRequest(
    TaskKind kind,
    List<Long> hostIds,
    String process,
    long creatorId,
    String creator,
    String executor,
    String traceparent) {}
