package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The rows of tasks. */
@ApplicationScoped
public class Tasks {
  private static final String INSERT =
      """
      insert into task (kind, status, operation, creator_id, creator, executor, host_ids, process,
          first_subtask_id, subtask_count, live, task_sequence, subtask_sequence, traceparent)
      values ($1, $2, $3, $4, $5, $6, $7, $8, allocate_subtask_ids($9), $9, $10, 0, 0, $11)
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
      from task t where t.id = $1 and t.status <> $2
      """;

  private final Transactions transactions;

  Tasks(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Who asked for a task, where, and on which process. */
  public record Origin(
      long creatorId, String creator, String executor, String process, String traceparent) {}

  /** Makes a RUNNING task, with ids for its subtasks, and answers it, locked. */
  public Uni<TaskRow> insert(Tx tx, Plan plan, Origin origin, int roots) {
    return tx.query(
            INSERT,
            Tuple.tuple()
                .addString(plan.kind().name())
                .addString(TaskStatus.RUNNING.name())
                .addString(TaskOperation.EXECUTE.name())
                .addLong(origin.creatorId())
                .addString(origin.creator())
                .addString(origin.executor())
                .addArrayOfLong(plan.hostIds().toArray(Long[]::new))
                .addString(origin.process())
                .addInteger(plan.subtasks().size())
                .addInteger(roots)
                .addString(origin.traceparent()))
        .map(rows -> new TaskRow(rows.iterator().next()));
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
        .unis(tx.query(QUEUE_UP, parameters), tx.query(LOCK, parameters))
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

  /** How the task ended, or nothing while it runs. */
  public Uni<Optional<TaskEnd>> end(long taskId) {
    Tuple parameters = Tuple.of(taskId, TaskStatus.RUNNING.name(), SubtaskState.FAILED.name());
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
