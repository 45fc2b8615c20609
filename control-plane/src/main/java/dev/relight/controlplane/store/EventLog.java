package dev.relight.controlplane.store;

import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The events as those read them who follow them live. A task's events are read in the order of
 * their versions, of which none is committed before the one before it; the events of all tasks in
 * the order (transaction, row), and only below the oldest transaction that is still open. So nobody
 * who reads on misses any.
 */
@ApplicationScoped
public class EventLog {
  private static final String COLUMNS =
      """
      select e.tx::text as tx, e.id, e.task_id, e.version, e.data,
          case when not e.of_subtask then e.data::json ->> 'status' end as task_status
      """;

  private static final String OF_TASKS =
      COLUMNS
          + """
            from unnest($1::bigint[], $2::bigint[]) as w(task_id, version) cross join lateral (
              select * from event where task_id = w.task_id and version > w.version
              order by version limit $3) as e
            order by e.task_id, e.version
            """;

  private static final String OF_ALL =
      COLUMNS
          + """
              , t.creator_id
            from event e left join task t on t.id = e.task_id
            where (e.tx, e.id) > ($1::text::xid8, $2)
              and e.tx < pg_snapshot_xmin(pg_current_snapshot())
            order by e.tx, e.id limit $3
            """;

  private static final String TASK_EXTENT =
      """
      select t.status, t.task_sequence + t.subtask_sequence as version,
          (select min(e.version) from event e where e.task_id = t.id) as oldest
      from task t where t.id = $1
      """;

  private static final String EXTENT =
      """
      select f.tx::text as tx, f.id, pg_snapshot_xmin(s)::text as now, pg_snapshot_xmax(s)::text as ahead
      from forgotten_events f, pg_current_snapshot() as s
      """;

  // Nothing that the topics have not got yet.
  private static final String FORGET =
      """
      with old as materialized (
        select e.tx, e.id
        from (select tx, id, at from event order by tx, id limit $2) as e, outbox o
        where e.at < now() - $1::bigint * interval '1 millisecond' and (e.tx, e.id) <= (o.tx, o.id)),
      last as (select tx, id from old order by tx desc, id desc limit 1),
      noted as (
        update forgotten_events f set tx = last.tx, id = last.id from last
        where (f.tx, f.id) < (last.tx, last.id))
      delete from event e using old where e.tx = old.tx and e.id = old.id
      """;

  /**
   * An event.
   *
   * @param place where it stands among those of all tasks
   * @param version its number among those of its task, from 1, without a gap
   * @param data JSON, as on its topic
   * @param taskStatus the task's status after it, null for an event of a subtask
   * @param creatorId who asked for the task, null where that was not read or is not known
   */
  public record Event(
      EventPlace place,
      long taskId,
      long version,
      String data,
      TaskStatus taskStatus,
      Long creatorId) {
    /** Whether the task ended with it. */
    public boolean endsTask() {
      return taskStatus != null && taskStatus.hasEnded();
    }
  }

  /**
   * What there is of a task's events.
   *
   * @param status the task's after the newest one
   * @param newest version of the newest one
   * @param oldest version of the oldest one that is kept, null without any
   */
  public record TaskExtent(TaskStatus status, long newest, Long oldest) {}

  /**
   * What there is of the events of all tasks.
   *
   * @param forgotten the last one that is not kept any more
   * @param now before all that can be read from now on, behind all that can be read already
   * @param ahead no event has a transaction as high as that
   */
  public record Extent(EventPlace forgotten, EventPlace now, long ahead) {}

  private final Transactions transactions;

  EventLog(Transactions transactions) {
    this.transactions = transactions;
  }

  /** The next events of each task behind the version, at most {@code limit} of each. */
  public Uni<List<Event>> after(Map<Long, Long> versionsByTask, int limit) {
    Tuple parameters =
        Tuple.of(
            versionsByTask.keySet().toArray(Long[]::new),
            versionsByTask.values().toArray(Long[]::new),
            limit);
    return transactions.list(OF_TASKS, parameters, row -> event(row, null));
  }

  /** The next events of all tasks. */
  public Uni<List<Event>> after(EventPlace place, int limit) {
    return transactions.list(
        OF_ALL,
        Tuple.of(String.valueOf(place.tx()), place.row(), limit),
        row -> event(row, row.getLong("creator_id")));
  }

  /** Nothing where there is no such task. */
  public Uni<Optional<TaskExtent>> extent(long taskId) {
    return transactions
        .list(
            TASK_EXTENT,
            Tuple.of(taskId),
            row ->
                new TaskExtent(
                    TaskStatus.valueOf(row.getString("status")),
                    row.getLong("version"),
                    row.getLong("oldest")))
        .map(found -> found.stream().findFirst());
  }

  /** Of all tasks. */
  public Uni<Extent> extent() {
    return transactions
        .list(
            EXTENT,
            Tuple.tuple(),
            row ->
                new Extent(
                    place(row),
                    new EventPlace(Long.parseLong(row.getString("now")), 0),
                    Long.parseLong(row.getString("ahead"))))
        .map(found -> found.get(0));
  }

  /** Forgets what is older, at most {@code limit} events at a time; says how many they were. */
  public Uni<Integer> forget(Duration age, int limit) {
    return transactions.query(FORGET, Tuple.of(age.toMillis(), limit)).map(rows -> rows.rowCount());
  }

  private static Event event(Row row, Long creatorId) {
    String status = row.getString("task_status");
    return new Event(
        place(row),
        row.getLong("task_id"),
        row.getLong("version"),
        row.getString("data"),
        status == null ? null : TaskStatus.valueOf(status),
        creatorId);
  }

  private static EventPlace place(Row row) {
    return new EventPlace(Long.parseLong(row.getString("tx")), row.getLong("id"));
  }
}
