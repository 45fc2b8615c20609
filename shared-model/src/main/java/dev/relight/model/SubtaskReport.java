package dev.relight.model;

import java.time.Instant;
import java.util.List;

/**
 * What a worker says about one dispatch.
 *
 * @param taskId the task of the command, also the record's key
 * @param subtaskId the subtask of the command
 * @param attempt the attempt of the command
 * @param fence the fence of the command; a report under an older fence changes nothing
 * @param worker id of the reporting worker
 * @param type what happened
 * @param at when, by the worker's clock
 * @param message why it FAILED, for an operator; may be null otherwise
 * @param observed the agent as seen at the end, null when it was not read
 * @param log new lines of the attempt's log, oldest first, never null
 */
public record SubtaskReport(
    long taskId,
    long subtaskId,
    int attempt,
    long fence,
    String worker,
    ReportType type,
    Instant at,
    String message,
    AgentState observed,
    List<String> log) {}
