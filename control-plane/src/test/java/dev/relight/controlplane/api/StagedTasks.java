package dev.relight.controlplane.api;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** Tasks that stand in a state of a test's choice, with a worker that never says anything. */
@ApplicationScoped
class StagedTasks {
  private static final String WORKER = "silent";

  private final Tables tables;
  private final Pool pool;

  StagedTasks(Tables tables, Pool pool) {
    this.tables = tables;
    this.pool = pool;
  }

  /** A task in which one subtask is in this state, and all before it have succeeded. */
  long task(TaskKind kind, TaskState state, SubtaskKind stage, SubtaskState of) {
    long host = tables.hosts(1).get(0);
    Row task =
        row(
            """
            insert into task (kind, status, operation, creator_id, creator, executor, host_ids,
                first_subtask_id, subtask_count, live, failed, task_sequence, subtask_sequence)
            values ($1, $2, $3, 100, 'admin', 'here', array[$4::bigint], allocate_subtask_ids($5),
                $5, $6, $7, 0, 0)
            returning id, first_subtask_id
            """,
            kind.name(),
            state.shown().name(),
            state.operation().orElse(TaskOperation.EXECUTE).name(),
            host,
            kind.stages().size(),
            of.isLive() ? 1 : 0,
            of.hasFailed() ? 1 : 0);
    long first = task.getLong("first_subtask_id");
    int at = kind.stages().indexOf(stage);
    for (int i = 0; i < kind.stages().size(); i++) {
      SubtaskState stands = i == at ? of : i < at ? SubtaskState.SUCCESSFUL : SubtaskState.PENDING;
      row(
          """
          insert into subtask (id, task_id, kind, lane, host_id, pool, status, operation, worker,
              fence, dispatcher, dispatched_at, pending_upstreams, predecessor, prepare,
              upstream_first, upstream_last, downstream_first, downstream_last)
          values ($1, $2, $3, 0, $4, 'nobody', $5, 'EXECUTE', $6, 1, $6, now(), $7, $8, $9,
              $8, $8, $10, $10)
          returning id
          """,
          first + i,
          task.getLong("id"),
          kind.stages().get(i).name(),
          host,
          stands.name(),
          i == at && of.isLive() ? WORKER : null,
          i <= at ? 0 : 1,
          i == 0 ? null : first + i - 1,
          first,
          i == kind.stages().size() - 1 ? null : first + i + 1);
    }
    trustTheWorker();
    return task.getLong("id");
  }

  /** Nothing is taken from it, and nothing is sent again. */
  private void trustTheWorker() {
    for (String sql :
        new String[] {
          "insert into worker (id, pool, lease_until) values ($1, 'nobody', now() + interval '1 hour')",
          "insert into control_plane (id, lease_until, partitions, of_partitions)"
              + " values ($1, now() + interval '1 hour', 0, 0)"
        }) {
      row(
          sql + " on conflict (id) do update set lease_until = excluded.lease_until returning id",
          WORKER);
    }
  }

  /** Id of the subtask that stands where a test wants it: the restart's stop. */
  long subtask(long task) {
    return row("select id from subtask where task_id = $1 and kind = 'STOP_ALL'", task).getLong(0);
  }

  TaskState taskState(long task) {
    Row row = row("select status, operation from task where id = $1", task);
    return TaskState.of(
        TaskStatus.valueOf(row.getString(0)), TaskOperation.valueOf(row.getString(1)));
  }

  SubtaskState subtaskState(long subtask) {
    return SubtaskState.valueOf(
        row("select status from subtask where id = $1", subtask).getString(0));
  }

  private Row row(String sql, Object... parameters) {
    return pool.preparedQuery(sql)
        .execute(Tuple.wrap(parameters))
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next();
  }
}
