package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Forgets tasks that ended long ago, with all that belongs to them alone. A task that somebody does
 * something with at this moment is left for later.
 */
@ApplicationScoped
public class FinishedTasks {
  // As the index has it: a task that goes on comes last.
  private static final String FORGET =
      """
      with old as materialized (
        select id, first_subtask_id, subtask_count from task
        where coalesce(finish_time, 'infinity') < now() - $1::bigint * interval '1 millisecond'
          and status <> all($2) and live = 0
        order by coalesce(finish_time, 'infinity'), id limit $3 for update skip locked),
      gone as (delete from task t using old where t.id = old.id),
      left_over as (
        insert into forgotten_subtasks (first_id, last_id)
        select first_subtask_id, first_subtask_id + subtask_count - 1 from old
        where subtask_count > 0
        on conflict do nothing)
      select count(*)::int as number from old
      """;

  // Whole ranges as long as there is room, and a piece of the first one in any case.
  private static final String DELETE_SUBTASKS =
      """
      with range as materialized (
        select * from forgotten_subtasks order by first_id limit $1 for update skip locked),
      counted as (
        select first_id, last_id,
            sum(last_id - first_id + 1) over (order by first_id) - (last_id - first_id + 1) as before
        from range),
      piece as materialized (
        select first_id, last_id, least(last_id, first_id + $1 - 1) as upto
        from counted where before < $1),
      logs as (
        delete from subtask_log l using piece p where l.subtask_id between p.first_id and p.upto),
      subtasks as (
        delete from subtask s using piece p where s.id between p.first_id and p.upto),
      rest as (
        update forgotten_subtasks f set first_id = p.upto + 1 from piece p
        where f.first_id = p.first_id and p.upto < p.last_id),
      done as (
        delete from forgotten_subtasks f using piece p
        where f.first_id = p.first_id and p.upto = p.last_id)
      select count(*)::int as number from piece
      """;

  private final Transactions transactions;

  FinishedTasks(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Forgets at most {@code limit} tasks that ended before that; says how many they were. */
  public Uni<Integer> forget(Duration age, int limit) {
    return number(FORGET, Tuple.of(age.toMillis(), Tasks.GO_ON, limit));
  }

  /**
   * Deletes about {@code limit} subtasks, and their logs, of tasks that were forgotten; 0 where
   * there are no more.
   */
  public Uni<Integer> deleteSubtasks(int limit) {
    return number(DELETE_SUBTASKS, Tuple.of(limit));
  }

  private Uni<Integer> number(String sql, Tuple parameters) {
    return transactions
        .list(sql, parameters, row -> row.getInteger("number"))
        .map(found -> found.get(0));
  }
}
