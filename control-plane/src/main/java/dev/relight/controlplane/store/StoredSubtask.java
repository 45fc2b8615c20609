package dev.relight.controlplane.store;

import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;

/**
 * A subtask as it stood when it was read.
 *
 * @param lane index into the task's hosts, −1 for a wait node
 * @param worker the worker that has or had it, null without one
 * @param upstreamFirst first id of what it waits for, null without any
 * @param downstreamFirst first id of what waits for it, null without any
 * @param message why it failed, or null
 */
public record StoredSubtask(
    long id,
    long taskId,
    SubtaskKind kind,
    int lane,
    SubtaskState state,
    SubtaskOperation operation,
    int attempt,
    String worker,
    Long upstreamFirst,
    Long upstreamLast,
    Long downstreamFirst,
    Long downstreamLast,
    OffsetDateTime startTime,
    OffsetDateTime finishTime,
    String message) {

  static StoredSubtask of(Row row) {
    return new StoredSubtask(
        row.getLong("id"),
        row.getLong("task_id"),
        SubtaskKind.valueOf(row.getString("kind")),
        row.getInteger("lane"),
        SubtaskState.valueOf(row.getString("status")),
        SubtaskOperation.valueOf(row.getString("operation")),
        row.getInteger("attempt"),
        row.getString("worker"),
        row.getLong("upstream_first"),
        row.getLong("upstream_last"),
        row.getLong("downstream_first"),
        row.getLong("downstream_last"),
        row.getOffsetDateTime("start_time"),
        row.getOffsetDateTime("finish_time"),
        row.getString("message"));
  }
}
