package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;

/**
 * A task as it stood when it was read.
 *
 * @param executor the server that accepted it
 * @param firstSubtaskId its subtasks have consecutive ids
 * @param finishTime null while it runs
 */
public record StoredTask(
    long id,
    TaskKind kind,
    TaskStatus status,
    TaskOperation operation,
    long creatorId,
    String creator,
    String executor,
    long firstSubtaskId,
    int subtaskCount,
    OffsetDateTime createTime,
    OffsetDateTime finishTime) {

  static StoredTask of(Row row) {
    return new StoredTask(
        row.getLong("id"),
        TaskKind.valueOf(row.getString("kind")),
        TaskStatus.valueOf(row.getString("status")),
        TaskOperation.valueOf(row.getString("operation")),
        row.getLong("creator_id"),
        row.getString("creator"),
        row.getString("executor"),
        row.getLong("first_subtask_id"),
        row.getInteger("subtask_count"),
        row.getOffsetDateTime("create_time"),
        row.getOffsetDateTime("finish_time"));
  }
}
