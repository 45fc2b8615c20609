package dev.relight.controlplane.store;

import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskStatus;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads tasks and their subtasks as they stand, without a lock. */
@ApplicationScoped
public class TaskReads {
  private static final String TASK =
      """
      select id, kind, status, operation, creator_id, creator, executor, first_subtask_id,
          subtask_count, create_time, finish_time
      from task
      """;

  private static final String BY_ID = TASK + "where id = $1";

  private static final String SUBTASKS =
      "select * from subtask where id >= $1 and id < $2 order by id";

  // Only where something may have failed are all subtasks of a task looked at.
  private static final String FAILED_FIRST =
      """
      select s.* from task t cross join lateral (
        select * from (
          (select * from subtask
            where t.status <> $4 and status = any($2)
              and id >= t.first_subtask_id and id < t.first_subtask_id + t.subtask_count
            order by id limit $3)
          union all
          (select * from subtask
            where status <> all($2)
              and id >= t.first_subtask_id and id < t.first_subtask_id + t.subtask_count
            order by id limit $3)) as either
        order by status = any($2) desc, id limit $3) as s
      where t.id = any($1)
      order by t.id, s.status = any($2) desc, s.id
      """;

  private static final String[] SHOWN_FAILED =
      Arrays.stream(SubtaskState.values())
          .filter(state -> state.shown() == SubtaskStatus.FAILED)
          .map(Enum::name)
          .toArray(String[]::new);

  private final Transactions transactions;

  TaskReads(Transactions transactions) {
    this.transactions = transactions;
  }

  /** The task; a {@link Refusal} where there is none. */
  public Uni<StoredTask> task(long id) {
    return read(BY_ID, Tuple.of(id), StoredTask::of)
        .onItem()
        .transform(
            found ->
                found.stream()
                    .findFirst()
                    .orElseThrow(
                        () ->
                            Refusal.of(
                                Refusal.Reason.TASK_NOT_FOUND, "There is no task " + id + ".")));
  }

  /** The subtasks with ids from {@code first} up to, and without, {@code end}. */
  public Uni<List<StoredSubtask>> subtasks(long first, long end) {
    return read(SUBTASKS, Tuple.of(first, end), StoredSubtask::of);
  }

  /** At most {@code limit} subtasks of each of the tasks, by task; those that failed come first. */
  public Uni<Map<Long, List<StoredSubtask>>> subtasks(Collection<Long> taskIds, int limit) {
    Tuple parameters =
        Tuple.of(taskIds.toArray(Long[]::new), SHOWN_FAILED, limit, TaskStatus.SUCCESSFUL.name());
    return read(FAILED_FIRST, parameters, StoredSubtask::of)
        .map(found -> found.stream().collect(Collectors.groupingBy(StoredSubtask::taskId)));
  }

  private <T> Uni<List<T>> read(String sql, Tuple parameters, Function<Row, T> record) {
    return transactions
        .query(sql, parameters)
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(record).toList());
  }
}
