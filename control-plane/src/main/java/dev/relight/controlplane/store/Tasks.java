package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of tasks. */
@ApplicationScoped
public class Tasks {
  private static final String INSERT =
      """
      with first as materialized (select allocate_subtask_ids($1) as subtask_id)
      insert into task (kind, status, operation, creator_id, creator, executor, host_ids, process,
          first_subtask_id, subtask_count, live, task_sequence, subtask_sequence, traceparent)
      select n.kind, $2, $3, n.creator_id, n.creator, n.executor, n.host_ids::bigint[], n.process,
          first.subtask_id + n.subtasks_before, n.subtask_count, n.live, 0, 0, n.traceparent
      from first, unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
          $10::int[], $11::int[], $12::int[], $13::text[])
        as n(kind, creator_id, creator, executor, host_ids, process, subtasks_before, subtask_count,
             live, traceparent)
      returning *
      """;

  /**
   * Before a transaction has a number of its own, which the first row that it locks gives it: so
   * the numbers of transactions rise in the order in which they get hold of a task, and so do its
   * events.
   */
  private static final String QUEUE_UP =
      """
      select pg_advisory_xact_lock(i.id)
      from (select unnest($1::bigint[]) as id order by 1) as i
      """;

  private static final String LOCK =
      "select t.*, now() as now from task t where t.id = any($1) order by t.id for update";

  private static final String WRITE =
      """
      update task t
      set status = w.status, operation = w.operation, live = w.live, failed = w.failed, finish_time = w.finish_time,
          task_sequence = w.task_sequence, subtask_sequence = w.subtask_sequence
      from unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::timestamptz[], $6::bigint[],
          $7::bigint[], $8::text[])
        as w(id, status, live, failed, finish_time, task_sequence, subtask_sequence,
             operation)
      where t.id = w.id
      """;

  private static final String END =
      """
      select t.status, (select s.message from subtask s where s.status = $3
          and s.id between t.first_subtask_id and t.first_subtask_id + t.subtask_count - 1
          and s.message is not null order by s.id limit 1) as message
      from task t where t.id = $1 and t.status <> all($2)
      """;

  /** The statuses of tasks that have not ended. */
  static final String[] GO_ON =
      Stream.of(TaskStatus.values())
          .filter(status -> !status.hasEnded())
          .map(TaskStatus::name)
          .toArray(String[]::new);

  private final Transactions transactions;

  Tasks(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Who asked for a task, where, and on which process. */
  public record Origin(
      long creatorId, String creator, String executor, String process, String traceparent) {}

  /** A task to be made. */
  public record New(Plan plan, Origin origin) {
    private int size() {
      return plan.subtasks().size();
    }

    private int roots() {
      return (int) plan.subtasks().stream().filter(PlannedSubtask::isRoot).count();
    }
  }

  /** Makes RUNNING tasks, with ids for their subtasks, and answers them in order, locked. */
  public Uni<List<TaskRow>> insert(Tx tx, List<New> tasks) {
    Integer[] before = new Integer[tasks.size()];
    int all = 0;
    for (int i = 0; i < before.length; i++) {
      before[i] = all;
      all += tasks.get(i).size();
    }
    return tx.query(
            INSERT,
            Tuple.of(all, TaskStatus.RUNNING.name(), TaskOperation.EXECUTE.name())
                .addArrayOfString(strings(tasks, t -> t.plan.kind().name()))
                .addArrayOfLong(tasks.stream().map(t -> t.origin.creatorId()).toArray(Long[]::new))
                .addArrayOfString(strings(tasks, t -> t.origin.creator()))
                .addArrayOfString(strings(tasks, t -> t.origin.executor()))
                .addArrayOfString(strings(tasks, t -> ArrayLiteral.of(t.plan.hostIds())))
                .addArrayOfString(strings(tasks, t -> t.origin.process()))
                .addArrayOfInteger(before)
                .addArrayOfInteger(tasks.stream().map(New::size).toArray(Integer[]::new))
                .addArrayOfInteger(tasks.stream().map(New::roots).toArray(Integer[]::new))
                .addArrayOfString(strings(tasks, t -> t.origin.traceparent())))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .map(TaskRow::new)
                    .sorted(Comparator.comparing(TaskRow::firstSubtaskId))
                    .toList());
  }

  private static String[] strings(List<New> tasks, Function<New, String> value) {
    return tasks.stream().map(value).toArray(String[]::new);
  }

  /**
   * Tasks under lock.
   *
   * @param now PostgreSQL's clock at the transaction's start, null where there are no tasks
   */
  public record Locked(Map<Long, TaskRow> tasks, OffsetDateTime now) {}

  /** Locks the tasks in the order of their ids. */
  public Uni<Locked> lock(Tx tx, Collection<Long> ids) {
    Tuple parameters = Tuple.of(ids.toArray(Long[]::new));
    return Uni.combine()
        .all()
        .unis(tx.lock(QUEUE_UP, parameters), tx.lock(LOCK, parameters))
        .with(
            (queued, rows) -> {
              Map<Long, TaskRow> tasks = new HashMap<>();
              OffsetDateTime now = null;
              for (Row row : rows) {
                now = row.getOffsetDateTime("now");
                tasks.put(row.getLong("id"), new TaskRow(row));
              }
              return new Locked(tasks, now);
            });
  }

  /** Writes what was moved under the lock. */
  public Uni<Integer> write(Tx tx, Collection<TaskRow> rows) {
    List<TaskRow> list = List.copyOf(rows);
    return tx.update(
        WRITE,
        Tuple.tuple()
            .addArrayOfLong(longs(list, TaskRow::id))
            .addArrayOfString(list.stream().map(t -> t.status().name()).toArray(String[]::new))
            .addArrayOfInteger(list.stream().map(TaskRow::live).toArray(Integer[]::new))
            .addArrayOfInteger(list.stream().map(TaskRow::failed).toArray(Integer[]::new))
            .addArrayOfOffsetDateTime(
                list.stream().map(TaskRow::finishTime).toArray(OffsetDateTime[]::new))
            .addArrayOfLong(longs(list, TaskRow::taskSequence))
            .addArrayOfLong(longs(list, TaskRow::subtaskSequence))
            .addArrayOfString(list.stream().map(t -> t.operation().name()).toArray(String[]::new)));
  }

  /** How the task ended, or nothing while it runs or is paused. */
  public Uni<Optional<TaskEnd>> end(long taskId) {
    Tuple parameters = Tuple.of(taskId, GO_ON, SubtaskState.FAILED.name());
    return transactions
        .query(END, parameters)
        .map(
            rows -> {
              Optional<TaskEnd> end = Optional.empty();
              for (Row row : rows) {
                TaskStatus status = TaskStatus.valueOf(row.getString("status"));
                end = Optional.of(new TaskEnd(status, row.getString("message")));
              }
              return end;
            });
  }

  private static Long[] longs(List<TaskRow> list, Function<TaskRow, Long> value) {
    return list.stream().map(value).toArray(Long[]::new);
  }
}
