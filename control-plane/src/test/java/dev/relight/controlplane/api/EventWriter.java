package dev.relight.controlplane.api;

import dev.relight.controlplane.api.EventReader.Seen;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Writes events as the engine does: under their task's lock, with the next version of the task. */
@ApplicationScoped
class EventWriter {
  private static final String TASK =
      """
      insert into task (kind, status, operation, creator_id, creator, executor, host_ids,
        first_subtask_id, subtask_count, live, task_sequence, subtask_sequence)
      values ('RESTART', 'RUNNING', 'EXECUTE', $1, 'somebody', 'here', '{1}', 1, 5, 1, 0, 0)
      returning id
      """;

  private static final String APPEND =
      """
      with t as (
        update task set subtask_sequence = subtask_sequence + $2 where id = $1
        returning id, subtask_sequence - $2 as before, task_sequence)
      insert into event (task_id, of_subtask, sequence, version, data)
      select id, true, before + i, task_sequence + before + i, format('{"taskId":%s,'
        '"subtaskId":1,"kind":"STOP_ALL","hostId":1,"parallelIdx":-1,"status":"READY",'
        '"operation":"EXECUTE","attempt":1,"at":"2026-01-01T00:00:00Z"}', id)
      from t cross join generate_series(1, $2) as i order by i
      """;

  private static final String SET =
      """
      with t as (
        update task set task_sequence = task_sequence + 1, status = $2 where id = $1
        returning id, task_sequence, task_sequence + subtask_sequence as version)
      insert into event (task_id, of_subtask, sequence, version, data)
      select id, false, task_sequence, version, format('{"taskId":%s,"name":"Restart OCP agent",'
        '"status":"%s","operation":"EXECUTE","creator":"somebody","at":"2026-01-01T00:00:00Z"}',
        id, $2::text) from t
      """;

  private final Pool pool;

  EventWriter(Pool pool) {
    this.pool = pool;
  }

  /** An open transaction that has written an event; it commits when it is closed. */
  static final class Held implements AutoCloseable {
    private final SqlConnection connection;
    private final Transaction transaction;
    private boolean committed;

    private Held(SqlConnection connection, Transaction transaction) {
      this.connection = connection;
      this.transaction = transaction;
    }

    void commit() {
      if (!committed) {
        committed = true;
        await(transaction.commit());
        await(connection.close());
      }
    }

    @Override
    public void close() {
      commit();
    }
  }

  /** The id of a new task, with its first event. */
  long task(long creatorId) {
    long id =
        await(pool.preparedQuery(TASK).execute(Tuple.of(creatorId))).iterator().next().getLong(0);
    set(id, "RUNNING");
    return id;
  }

  void append(long task) {
    append(task, 1);
  }

  /** So many at once. */
  void append(long task, int events) {
    append(pool, task, events);
  }

  void set(long task, String status) {
    await(pool.preparedQuery(SET).execute(Tuple.of(task, status)));
  }

  /** Appends an event and does not commit it. */
  Held hold(long task) {
    SqlConnection connection = await(pool.getConnection());
    Transaction transaction = await(connection.begin());
    append(connection, task, 1);
    return new Held(connection, transaction);
  }

  /** All events of the tasks, in the order of the stream of all tasks. */
  List<Seen> written(List<Long> tasks) {
    List<Seen> written = new ArrayList<>();
    await(
            pool.preparedQuery(
                    "select task_id, version from event where task_id = any($1) order by tx, id")
                .execute(Tuple.of(tasks.toArray(Long[]::new))))
        .forEach(row -> written.add(new Seen(row.getLong(0), row.getLong(1))));
    return written;
  }

  void run(String sql) {
    await(pool.query(sql).execute());
  }

  private static void append(SqlClient client, long task, int events) {
    await(client.preparedQuery(APPEND).execute(Tuple.of(task, events)));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
