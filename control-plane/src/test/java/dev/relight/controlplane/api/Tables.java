package dev.relight.controlplane.api;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What really is in PostgreSQL. */
@ApplicationScoped
class Tables {
  private final Pool pool;

  Tables(Pool pool) {
    this.pool = pool;
  }

  /** How many rows each table has that a request may write to. */
  List<Long> counts() {
    Row row =
        query(
                """
                select (select count(*) from host), (select count(*) from agent),
                  (select count(*) from app_user), (select count(*) from task),
                  (select count(*) from subtask), (select count(*) from host_lock),
                  (select count(*) from event), (select count(*) from request_key)
                """)
            .iterator()
            .next();
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      counts.add(row.getLong(i));
    }
    return counts;
  }

  /** How many rows each table has, but those of the audit and of signatures that were used. */
  Map<String, Long> allCounts() {
    Map<String, Long> counts = new TreeMap<>();
    query(
            """
            select table_name, (xpath('/row/c/text()', query_to_xml(
                format('select count(*) as c from %I', table_name), false, true, '')))[1]::text
            from information_schema.tables
            where table_schema = 'public' and table_type = 'BASE TABLE'
              and table_name not in ('audit_event', 'used_signature', 'flyway_schema_history')
            """)
        .forEach(row -> counts.put(row.getString(0), Long.valueOf(row.getString(1))));
    return counts;
  }

  /**
   * Ends what a test began, so that the next one finds no task and no held host. The engine may
   * still be at work on it: the rows are locked in the engine's order, tasks first.
   */
  void forgetTasks() {
    query(
        """
        do $$ begin
          perform id from task order by id for update;
          delete from subtask;
          delete from task;
          delete from host_lock;
        end $$
        """);
    query(
        """
        do $$ begin
          perform id from worker order by id for update;
          delete from worker;
        end $$
        """);
  }

  /** Tasks of all kinds of ends, not in the order of their times; no subtask is there. */
  void fillTasks(int count) {
    query(
        """
        insert into task (kind, status, operation, creator_id, creator, executor, host_ids,
            first_subtask_id, subtask_count, live, task_sequence, subtask_sequence, create_time,
            finish_time)
        select (array['RESTART', 'STOP', 'BATCH_RESTART'])[1 + n % 3],
            case when n % 50 = 0 then 'RUNNING' when n % 7 = 0 then 'FAILED' else 'SUCCESSFUL' end,
            'EXECUTE', 100, 'admin', 'x', array[n % 900], 0, 0, 0, 0, 0,
            now() - (n * 7919 % 10007) * interval '1 second',
            case when n % 50 > 0 then now() - (n * 7907 % 10009) * interval '1 second' end
        from generate_series(1, $1::int) as n
        """,
        count);
    query("analyze task");
  }

  /** The ids of all tasks, sorted by these columns. */
  List<Long> taskIds(String columns) {
    List<Long> ids = new ArrayList<>();
    query("select id from task order by " + columns).forEach(row -> ids.add(row.getLong(0)));
    return ids;
  }

  /** How many audit events a trace has. */
  long auditEvents(String trace) {
    return query("select count(*) from audit_event where trace_id = $1", trace)
        .iterator()
        .next()
        .getLong(0);
  }

  /** Whether a task and its audit event were written by one transaction. */
  boolean isAuditedInItsTransaction(long task) {
    return query(
                """
            select count(*) from task t join audit_event a on a.task_id = t.id and a.xmin = t.xmin
            where t.id = $1
            """,
                task)
            .iterator()
            .next()
            .getLong(0)
        == 1;
  }

  /** Whether the newest event of a trace was written by the transaction that wrote this row. */
  boolean isAuditedInItsTransaction(String table, String name, String trace) {
    return query(
                """
                select count(*) from %s r where r.name = $1 and r.xmin = (
                  select a.xmin from audit_event a where trace_id = $2 order by id desc limit 1)
                """
                    .formatted(table),
                name,
                trace)
            .iterator()
            .next()
            .getLong(0)
        == 1;
  }

  /** All that the audit holds. */
  String auditText() {
    return query("select string_agg(e::text, ' ') from audit_event e")
        .iterator()
        .next()
        .getString(0);
  }

  /** Whether the topics have every event by now. */
  boolean allEventsArePublished() {
    return number("select count(*) from event e, outbox o where (e.tx, e.id) > (o.tx, o.id)") == 0;
  }

  /** How many statements wait for a lock now. */
  long waitingForLocks() {
    return number("select count(*) from pg_locks where not granted");
  }

  private long number(String sql) {
    return query(sql).iterator().next().getLong(0);
  }

  /** How many tasks there are. */
  long tasks() {
    return query("select count(*) from task").iterator().next().getLong(0);
  }

  /** Lets the day pass in which an Idempotency-Key holds. */
  void ageKeys() {
    query("update request_key set create_time = create_time - interval '24 hours'");
  }

  /** Lets every task go of its hosts. */
  void freeHosts() {
    query("delete from host_lock");
  }

  /** Leaves no ADMIN but the first one. */
  void forgetOtherAdmins() {
    query("delete from app_user where 'ADMIN' = any(roles) and name <> 'admin'");
  }

  /** The id of a process that was seen on the host. */
  long process(long hostId, String alias, boolean operable) {
    query("update agent set log_home = '/home/admin/ocp_agent/log' where host_id = " + hostId);
    return query(
            """
            insert into agent_process (host_id, alias, status, pid, started_at, os_user,
              start_command, ports, operable, last_active_time)
            values ($1, $2, 'STARTED', 4711, now(), 'root', $2, '', $3, now()) returning id
            """,
            hostId,
            alias,
            operable)
        .iterator()
        .next()
        .getLong(0);
  }

  /** The name of a new user without a role. */
  String user(String password) {
    String name = Api.unique("user");
    query(
        "insert into app_user (name, password_hash, roles) values ($1, $2, '{}')",
        name,
        BcryptUtil.bcryptHash(password));
    return name;
  }

  long userId(String name) {
    return query("select id from app_user where name = $1", name).iterator().next().getLong(0);
  }

  /** All that is stored about an access key, as text. */
  String accessKey(String accessKey) {
    return query("select a::text from access_key a where access_key = $1", accessKey)
        .iterator()
        .next()
        .getString(0);
  }

  /** Ids of new hosts that no worker reaches. */
  List<Long> hosts(int count) {
    List<Long> ids = new ArrayList<>();
    query(
            """
            with h as (
              insert into host (name, inner_ip_address, profile, agent_home, credential, pool)
              select gen_random_uuid(), gen_random_uuid(), 'noop', '/opt/agent', 'none', 'nobody'
              from generate_series(1, $1) returning id)
            insert into agent (host_id) select id from h returning host_id
            """,
            count)
        .forEach(row -> ids.add(row.getLong(0)));
    return ids;
  }

  /** The id of a subtask of this kind that has failed by now. */
  long failOne(String kind) {
    return query(
            """
            update subtask set status = 'FAILED', message = 'no route to host'
            where id = (select max(id) from subtask where kind = $1) returning id
            """,
            kind)
        .iterator()
        .next()
        .getLong(0);
  }

  /** Has a host say something that is kept. */
  void log(long subtaskId, String lines) {
    query(
        "insert into subtask_log (subtask_id, attempt, lines) values ($1, 1, $2)",
        subtaskId,
        lines);
  }

  /** How much is stored of a subtask's log. */
  long logBytes(long subtaskId) {
    return query("select sum(octet_length(lines)) from subtask_log where subtask_id = " + subtaskId)
        .iterator()
        .next()
        .getLong(0);
  }

  /** The trace contexts of all tasks. */
  List<String> traceparents() {
    List<String> traceparents = new ArrayList<>();
    query("select traceparent from task").forEach(row -> traceparents.add(row.getString(0)));
    return traceparents;
  }

  private RowSet<Row> query(String sql, Object... parameters) {
    return pool.preparedQuery(sql)
        .execute(Tuple.wrap(parameters))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }
}
