package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.plan.PlannedSubtask.Run;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskOperation;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of subtasks: made, locked, moved and counted down, always as sets. */
@ApplicationScoped
public class Subtasks {
  static final String COLUMNS =
      """
      s.id, s.task_id, s.kind, s.lane, s.host_id, s.pool, s.status, s.operation, s.attempt,
      s.takeovers, s.fence, s.worker, s.downstream_first, s.downstream_last, s.deadline,
      s.start_time, s.finish_time, s.message, s.observed
      """;

  /** As the index subtask_live has it, so that the planner can use it. */
  static final String IS_LIVE =
      """
      s.status in ('READY', 'RUNNING', 'CANCELING', 'COMPENSATION_READY', 'COMPENSATING',
          'ROLLBACK_READY', 'ROLLING_BACK')
      """;

  private static final String INSERT =
      """
      insert into subtask (id, task_id, kind, lane, host_id, pool, status, operation,
          pending_upstreams, predecessor, prepare, upstream_first, upstream_last,
          downstream_first, downstream_last)
      select n.first + n.number, n.task_id, n.kind, n.lane, n.host_id, n.pool, n.status, $1,
          coalesce(n.up_last - n.up_first + 1, 0), n.first + n.predecessor, n.first + n.prepare,
          n.first + n.up_first, n.first + n.up_last, n.first + n.down_first, n.first + n.down_last
      from unnest($2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::int[], $7::bigint[],
          $8::text[], $9::text[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[],
          $15::int[])
        as n(task_id, first, number, kind, lane, host_id, pool, status,
             predecessor, prepare, up_first, up_last, down_first, down_last)
      """;

  private static final String LOCK =
      "select " + COLUMNS + " from subtask s where s.id = any($1) order by s.id for update";

  private static final String WRITE =
      """
      update subtask s
      set status = w.status, attempt = w.attempt, takeovers = w.takeovers, worker = w.worker,
          operation = w.operation, deadline = w.deadline, start_time = w.start_time, finish_time = w.finish_time,
          message = w.message, observed = w.observed
      from unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[],
          $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[],
          $11::text[])
        as w(id, status, attempt, takeovers, worker, deadline, start_time, finish_time,
             message, observed, operation)
      where s.id = w.id
      """;

  /**
   * Takes what was settled off the counters of the subtasks behind it. A wait node opens when none
   * of its upstreams can move any more and a lane goes on behind it; a lane goes on only where its
   * own previous stage succeeded. Behind the wait nodes that opened the same is done again: what
   * moves there is work, so there are no more than these two levels. Answers the subtasks that
   * moved, wait nodes first.
   */
  private static final String COUNT_DOWN =
      """
      with settled as (
        select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])
          as c(first, last, settled, passed)),
      counted as (
      """
          + countDownBehind("settled")
          + """
        ),
      opened as (
        select c.downstream_first as first, c.downstream_last as last, 1 as settled, 1 as passed
        from counted c where c.kind = 'WAIT' and c.status = $6),
      counted_behind as (
      """
          + countDownBehind("opened")
          + """
        )
      select
      """
          + COLUMNS
          + """
      from (select * from counted union all select * from counted_behind) s
      where s.status <> $5 order by s.kind <> 'WAIT', s.id
      """;

  private static final String COUNT_UP =
      """
      update subtask s set pending_upstreams = s.pending_upstreams + c.more
      from unnest($1::bigint[], $2::int[]) as c(id, more)
      where s.id = c.id and s.status = $3
      """;

  /** What a barrier that is open already does not move: the lane's next stage behind it. */
  private static final String CATCH_UP =
      """
      with caught_up as (
        update subtask s set status = $3
        where s.id = any($1) and s.status = $2 and s.pending_upstreams <= 0
        returning s.*)
      select
      """
          + COLUMNS
          + " from caught_up s order by s.id";

  /** Number of settled upstreams, and of those behind which a lane goes on. */
  public record Count(int settled, int passed) {
    public Count plus(Count other) {
      return new Count(settled + other.settled, passed + other.passed);
    }
  }

  /** Consecutive ids, both ends included. */
  public record Ids(long first, long last) {}

  /** A node of a new task, whose subtask 0 has the id {@code first}. */
  public record NewSubtask(long taskId, long first, PlannedSubtask node) {}

  /** Makes the rows of plans: their roots READY, the others PENDING. */
  public Uni<Integer> insert(Tx tx, List<NewSubtask> subtasks, Map<Long, String> poolOfHost) {
    List<PlannedSubtask> nodes = subtasks.stream().map(NewSubtask::node).toList();
    return tx.update(
        INSERT,
        Tuple.of(SubtaskOperation.EXECUTE.name())
            .addArrayOfLong(subtasks.stream().map(NewSubtask::taskId).toArray(Long[]::new))
            .addArrayOfLong(subtasks.stream().map(NewSubtask::first).toArray(Long[]::new))
            .addArrayOfInteger(ints(nodes, PlannedSubtask::number))
            .addArrayOfString(strings(nodes, n -> n.kind().name()))
            .addArrayOfInteger(ints(nodes, PlannedSubtask::lane))
            .addArrayOfLong(nodes.stream().map(PlannedSubtask::hostId).toArray(Long[]::new))
            .addArrayOfString(
                strings(nodes, n -> n.hostId() == null ? null : poolOfHost.get(n.hostId())))
            .addArrayOfString(
                strings(
                    nodes, n -> (n.isRoot() ? SubtaskState.READY : SubtaskState.PENDING).name()))
            .addArrayOfInteger(ints(nodes, n -> orNull(n.predecessor())))
            .addArrayOfInteger(ints(nodes, n -> orNull(n.prepare())))
            .addArrayOfInteger(ints(nodes, n -> first(n.upstreams())))
            .addArrayOfInteger(ints(nodes, n -> last(n.upstreams())))
            .addArrayOfInteger(ints(nodes, n -> first(n.downstreams())))
            .addArrayOfInteger(ints(nodes, n -> last(n.downstreams()))));
  }

  /** Locks the subtasks in the order of their ids. */
  public Uni<List<SubtaskRow>> lock(Tx tx, Long[] ids) {
    return tx.lock(LOCK, Tuple.of(ids)).map(Subtasks::rows);
  }

  /** Writes what was moved under the lock. */
  public Uni<Integer> write(Tx tx, Collection<SubtaskRow> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<SubtaskRow> list = List.copyOf(rows);
    return tx.update(
        WRITE,
        Tuple.tuple()
            .addArrayOfLong(list.stream().map(SubtaskRow::id).toArray(Long[]::new))
            .addArrayOfString(strings(list, s -> s.state().name()))
            .addArrayOfInteger(ints(list, SubtaskRow::attempt))
            .addArrayOfInteger(ints(list, SubtaskRow::takeovers))
            .addArrayOfString(strings(list, SubtaskRow::worker))
            .addArrayOfOffsetDateTime(times(list, SubtaskRow::deadline))
            .addArrayOfOffsetDateTime(times(list, SubtaskRow::startTime))
            .addArrayOfOffsetDateTime(times(list, SubtaskRow::finishTime))
            .addArrayOfString(strings(list, SubtaskRow::message))
            .addArrayOfString(strings(list, SubtaskRow::observed))
            .addArrayOfString(strings(list, s -> s.operation().name())));
  }

  /**
   * Counts down the subtasks behind settled ones, and behind the wait nodes that open by it;
   * answers all that moved.
   */
  public Uni<List<SubtaskRow>> countDown(Tx tx, Map<Ids, Count> settled) {
    if (settled.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.query(
            COUNT_DOWN,
            counts(settled)
                .addString(SubtaskState.PENDING.name())
                .addString(SubtaskState.SUCCESSFUL.name())
                .addString(SubtaskState.READY.name()))
        .map(Subtasks::rows);
  }

  private static String countDownBehind(String settled) {
    return """
        update subtask s
        set pending_upstreams = s.pending_upstreams - c.settled,
            passed_upstreams = s.passed_upstreams + c.passed,
            status = case
              when s.pending_upstreams > c.settled then s.status
              when s.kind = 'WAIT' and s.passed_upstreams + c.passed > 0 then $6
              when s.kind <> 'WAIT' and (s.predecessor is null
                or exists (select from subtask p where p.id = s.predecessor and p.status = $6))
                then $7
              else s.status end,
            finish_time = case
              when s.kind = 'WAIT' and s.pending_upstreams <= c.settled
                and s.passed_upstreams + c.passed > 0 then now() end
        from %s c
        where s.id between c.first and c.last and s.status = $5
        returning s.*
        """
        .formatted(settled);
  }

  static Tuple counts(Map<Ids, Count> settled) {
    List<Map.Entry<Ids, Count>> list = List.copyOf(settled.entrySet());
    return Tuple.tuple()
        .addArrayOfLong(list.stream().map(e -> e.getKey().first()).toArray(Long[]::new))
        .addArrayOfLong(list.stream().map(e -> e.getKey().last()).toArray(Long[]::new))
        .addArrayOfInteger(ints(list, e -> e.getValue().settled()))
        .addArrayOfInteger(ints(list, e -> e.getValue().passed()));
  }

  /** Makes the subtasks wait for so many upstreams more, where they have not moved yet. */
  public Uni<Integer> countUp(Tx tx, Map<Long, Integer> more) {
    if (more.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<Map.Entry<Long, Integer>> list = List.copyOf(more.entrySet());
    return tx.update(
        COUNT_UP,
        Tuple.tuple()
            .addArrayOfLong(list.stream().map(Map.Entry::getKey).toArray(Long[]::new))
            .addArrayOfInteger(ints(list, Map.Entry::getValue))
            .addString(SubtaskState.PENDING.name()));
  }

  /** Sends stages on whose barrier opened without them; answers those that moved. */
  public Uni<List<SubtaskRow>> catchUp(Tx tx, List<Long> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.query(
            CATCH_UP,
            Tuple.of(
                ids.toArray(Long[]::new), SubtaskState.PENDING.name(), SubtaskState.READY.name()))
        .map(Subtasks::rows);
  }

  static List<SubtaskRow> rows(RowSet<Row> rows) {
    return stream(rows).map(SubtaskRow::new).toList();
  }

  private static Stream<Row> stream(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }

  private static Integer orNull(int number) {
    return number == PlannedSubtask.NONE ? null : number;
  }

  private static Integer first(Run run) {
    return run.isEmpty() ? null : run.first();
  }

  private static Integer last(Run run) {
    return run.isEmpty() ? null : run.last();
  }

  private static <T> Integer[] ints(List<T> list, Function<T, Integer> value) {
    return list.stream().map(value).toArray(Integer[]::new);
  }

  private static <T> String[] strings(List<T> list, Function<T, String> value) {
    return list.stream().map(value).toArray(String[]::new);
  }

  private static <T> OffsetDateTime[] times(List<T> list, Function<T, OffsetDateTime> value) {
    return list.stream().map(value).toArray(OffsetDateTime[]::new);
  }
}
