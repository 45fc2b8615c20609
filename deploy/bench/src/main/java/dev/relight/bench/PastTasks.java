package dev.relight.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills PostgreSQL with tasks of a past year: mostly restarts of one host, some batches; nearly all
 * went well, a few run.
 */
final class PastTasks implements AutoCloseable {
  static final int HOSTS = 10_000;

  private static final String TASKS =
      """
      insert into task (kind, status, operation, creator_id, creator, executor, host_ids,
          first_subtask_id, subtask_count, live, failed, task_sequence, subtask_sequence,
          create_time, finish_time)
      select kind, status, 'EXECUTE', 100, 'admin', '192.168.0.1',
          (select array_agg(1 + (n * 7919 + i * 31) %% %3$d)
            from generate_series(1, case when kind like 'BATCH%%' then 5 + n %% 46 else 1 end) as i),
          (n - 1) * %2$d + 1, %2$d, 0, case when status = 'FAILED' then 1 else 0 end, 2, %2$d,
          at, case when status <> 'RUNNING' then at + (5 + n %% 55) * interval '1 second' end
      from (
        select n,
          case when n %% 100 < 60 then 'RESTART' when n %% 100 < 75 then 'BATCH_RESTART'
            when n %% 100 < 85 then 'STOP' when n %% 100 < 95 then 'RESTART_PROCESS_ALONE'
            when n %% 100 < 98 then 'STOP_PROCESS_ALONE' when n %% 100 < 99 then 'BATCH_STOP'
            else 'REFRESH_AGENT' end as kind,
          case when n %% 1009 = 0 then 'RUNNING' when n * 31 %% 1000 < 39 then 'FAILED'
            else 'SUCCESSFUL' end as status,
          now() - (%1$d - n) * (interval '365 days' / %1$d) - (n * 17 %% 90) * interval '1 second' as at
        from generate_series(1::bigint, %1$d) as n) as past
      """;

  private static final String SUBTASKS =
      """
      insert into subtask (id, task_id, kind, lane, host_id, pool, status, operation, fence, worker,
          pending_upstreams, start_time, finish_time)
      select t.first_subtask_id + i, t.id, 'RESTART_PROCESS', 0, t.host_ids[1], 'default',
          case when t.status = 'RUNNING' then 'PENDING'
            when i = t.subtask_count - 1 then t.status else 'SUCCESSFUL' end,
          'EXECUTE', 2 * (t.first_subtask_id + i), 'worker-1', 0, t.create_time, t.finish_time
      from task t cross join generate_series(0, t.subtask_count - 1) as i
      """;

  private final Connection connection;

  PastTasks(Connection connection) {
    this.connection = connection;
  }

  /** In place of all tasks that there are. */
  void fill(int tasks, int subtasksOfEach) throws SQLException {
    clear();
    execute("set synchronous_commit = off");
    execute(TASKS.formatted(tasks, subtasksOfEach, HOSTS));
    execute(SUBTASKS);
    execute("select setval('subtask_id', %d)".formatted((long) tasks * subtasksOfEach + 1));
    // As the server does by itself, some time later.
    execute("vacuum analyze task");
    execute("vacuum analyze subtask");
  }

  void clear() throws SQLException {
    execute("truncate task, subtask restart identity cascade");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    clear();
    connection.close();
  }
}
