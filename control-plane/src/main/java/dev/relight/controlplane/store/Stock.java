package dev.relight.controlplane.store;

import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what is under way; each count ends at {@value #MOST}, so that it never takes long. */
@ApplicationScoped
public class Stock {
  /** Where a live subtask can be. */
  public static final List<String> STATES = List.of("paused", "waiting", "commanded", "running");

  private static final int MOST = 100_000;

  private static final String OPEN_TASKS =
      """
      select t.status, t.operation, count(*) as count,
          extract(epoch from now() - min(t.create_time))::float8 as oldest
      from (
        select status, operation, create_time from task where status = any($2) limit $1) as t
      group by t.status, t.operation
      """;

  private static final String LIVE_SUBTASKS =
      """
      select l.state, count(*) as count
      from (
        select case
            when s.status = any($2) then 'running'
            when s.worker is not null then 'commanded'
            when s.task_id in (select id from task where status = 'PAUSED') then 'paused'
            else 'waiting' end as state
        from subtask s where
      """
          + Subtasks.IS_LIVE
          + """
            limit $1) as l
            group by l.state
            """;

  private static final String HELD_HOSTS =
      "select count(*) as count from (select from host_lock where held limit $1) as l";

  private static final String UNPUBLISHED =
      """
      select count(*) as count,
          coalesce(extract(epoch from now() - min(u.at)), 0)::float8 as oldest
      from (
        select e.at from outbox o join event e on (e.tx, e.id) > (o.tx, o.id)
        order by e.tx, e.id limit $1) as u
      """;

  /** How many tasks are in a state that is not their last, and since when the oldest of them. */
  public record Open(TaskState state, long count, double oldestSeconds) {}

  /** How many events the topics do not have yet, and since when the oldest of them. */
  public record Unpublished(long count, double oldestSeconds) {}

  private final Transactions transactions;

  Stock(Transactions transactions) {
    this.transactions = transactions;
  }

  /** One for each state that a task is in. */
  public Uni<List<Open>> openTasks() {
    return transactions
        .list(
            OPEN_TASKS,
            Tuple.tuple().addInteger(MOST).addArrayOfString(Tasks.GO_ON),
            row ->
                new Open(
                    TaskState.of(
                        TaskStatus.valueOf(row.getString("status")),
                        TaskOperation.valueOf(row.getString("operation"))),
                    row.getLong("count"),
                    row.getDouble("oldest")))
        .map(Stock::byState);
  }

  /** A state may be that of several operations. */
  private static List<Open> byState(List<Open> found) {
    return List.copyOf(
        found.stream()
            .collect(
                Collectors.toMap(
                    Open::state,
                    open -> open,
                    (a, b) ->
                        new Open(
                            a.state(),
                            a.count() + b.count(),
                            Math.max(a.oldestSeconds(), b.oldestSeconds()))))
            .values());
  }

  /** Keyed by {@link #STATES}; a state that none is in may be left out. */
  public Uni<Map<String, Long>> liveSubtasks() {
    return transactions
        .list(
            LIVE_SUBTASKS,
            Tuple.tuple()
                .addInteger(MOST)
                .addArrayOfString(SubtaskState.names(SubtaskState::isStarted)),
            row -> Map.entry(row.getString("state"), row.getLong("count")))
        .map(
            counts ->
                counts.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** How many hosts are held by tasks. */
  public Uni<Long> heldHosts() {
    return transactions
        .list(HELD_HOSTS, Tuple.of(MOST), row -> row.getLong("count"))
        .map(counts -> counts.get(0));
  }

  /** What the publisher of events has before it. */
  public Uni<Unpublished> unpublished() {
    return transactions
        .list(
            UNPUBLISHED,
            Tuple.of(MOST),
            row -> new Unpublished(row.getLong("count"), row.getDouble("oldest")))
        .map(found -> found.get(0));
  }
}
