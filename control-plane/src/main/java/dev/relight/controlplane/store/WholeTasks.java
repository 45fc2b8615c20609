package dev.relight.controlplane.store;

import dev.relight.controlplane.store.Subtasks.Count;
import dev.relight.controlplane.store.Subtasks.Ids;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The subtasks of one task as a whole: what of them moves, what stands still, all that began. */
@ApplicationScoped
public class WholeTasks {
  // The first condition is the index's own, so that the planner can use it.
  private static final String LOCK_LIVE =
      "select "
          + Subtasks.COLUMNS
          + """
          from subtask s where\s"""
          + Subtasks.IS_LIVE
          + """
          and s.task_id = $1 and s.id between $2 and $3
          order by s.id for update
          """;

  private static final String LOCK_CUT_OFF =
      "select "
          + Subtasks.COLUMNS
          + """
          from subtask s join subtask p on p.id = s.predecessor
          where s.id between $1 and $2 and s.status = $3 and p.kind = 'STOP_ALL' and p.status = $4
          order by s.id for update of s
          """;

  private static final String LOCK_FAILED =
      "select "
          + Subtasks.COLUMNS
          + " from subtask s where s.id between $1 and $2 and s.status = $3"
          + " order by s.id for update";

  private static final String LOCK_BEGUN =
      "select "
          + Subtasks.COLUMNS
          + " from subtask s where s.id between $1 and $2 and s.status <> $3"
          + " order by s.id for update";

  private static final String FORGET_COUNTS =
      """
      update subtask s
      set pending_upstreams = coalesce(s.upstream_last - s.upstream_first + 1, 0),
          passed_upstreams = 0
      where s.id between $1 and $2
      """;

  /** What stands still is counted on, so that it can go on from there. */
  private static final String COUNT =
      """
      update subtask s
      set pending_upstreams = s.pending_upstreams - c.settled,
          passed_upstreams = s.passed_upstreams + c.passed
      from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])
        as c(first, last, settled, passed)
      where s.id between c.first and c.last and s.status = $5
      """;

  /** What would have moved if its task had not stood still; answers what does now. */
  private static final String OPEN =
      """
      with opened as (
        update subtask s
        set status = case when s.kind = 'WAIT' then $4 else $5 end,
            finish_time = case when s.kind = 'WAIT' then now() end
        where s.id between $1 and $2 and s.status = $3 and s.pending_upstreams <= 0
          and case when s.kind = 'WAIT' then s.passed_upstreams > 0
              else exists (select from subtask p where p.id = s.predecessor and p.status = $4) end
        returning s.*)
      select
      """
          + Subtasks.COLUMNS
          + " from opened s order by s.id";

  /** The worker has been sent the dispatch, and has not said what became of it. */
  private static final String NOT_HANDED_BACK =
      """
      select s.id, s.fence
      from unnest($1::bigint[], $2::bigint[]) as d(id, fence)
      join subtask s on s.id = d.id and s.fence = d.fence
      where s.status = any($3) and s.worker is not null
      """;

  private static final String[] UNHEARD =
      SubtaskState.names(state -> state.isQueued() || state == SubtaskState.CANCELING);

  private final Transactions transactions;

  WholeTasks(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Locks what still moves by itself. */
  public Uni<List<SubtaskRow>> lockLive(Tx tx, TaskRow task) {
    return tx.query(LOCK_LIVE, Tuple.of(task.id(), task.subtasks().first(), task.subtasks().last()))
        .map(Subtasks::rows);
  }

  /** Locks, of each lane that has stopped its agent and waits to go on, what it waits for. */
  public Uni<List<SubtaskRow>> lockCutOff(Tx tx, TaskRow task) {
    return tx.query(
            LOCK_CUT_OFF,
            ids(task)
                .addString(SubtaskState.PENDING.name())
                .addString(SubtaskState.SUCCESSFUL.name()))
        .map(Subtasks::rows);
  }

  /** Locks what failed. */
  public Uni<List<SubtaskRow>> lockFailed(Tx tx, TaskRow task) {
    return tx.query(LOCK_FAILED, ids(task).addString(SubtaskState.FAILED.name()))
        .map(Subtasks::rows);
  }

  /** Locks all that is not PENDING. */
  public Uni<List<SubtaskRow>> lockBegun(Tx tx, TaskRow task) {
    return tx.query(LOCK_BEGUN, ids(task).addString(SubtaskState.PENDING.name()))
        .map(Subtasks::rows);
  }

  /** Lets every subtask wait for all of its upstreams, as in the beginning. */
  public Uni<Integer> forgetCounts(Tx tx, TaskRow task) {
    return tx.update(FORGET_COUNTS, ids(task));
  }

  /** Counts down the subtasks behind settled ones, and moves none. */
  public Uni<Integer> count(Tx tx, Map<Ids, Count> settled) {
    if (settled.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return tx.update(COUNT, Subtasks.counts(settled).addString(SubtaskState.PENDING.name()));
  }

  /** Moves what has nothing to wait for any more; answers it. */
  public Uni<List<SubtaskRow>> open(Tx tx, TaskRow task) {
    return tx.query(
            OPEN,
            ids(task)
                .addString(SubtaskState.PENDING.name())
                .addString(SubtaskState.SUCCESSFUL.name())
                .addString(SubtaskState.READY.name()))
        .map(Subtasks::rows);
  }

  /** Those of the dispatches that their workers may still begin, for all that is known. */
  public Uni<List<Dispatch>> notHandedBack(Collection<Dispatch> dispatches) {
    if (dispatches.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Tuple parameters =
        Tuple.of(
            dispatches.stream().map(Dispatch::subtaskId).toArray(Long[]::new),
            dispatches.stream().map(Dispatch::fence).toArray(Long[]::new),
            UNHEARD);
    return transactions.list(
        NOT_HANDED_BACK, parameters, row -> new Dispatch(row.getLong("id"), row.getLong("fence")));
  }

  private static Tuple ids(TaskRow task) {
    return Tuple.of(task.subtasks().first(), task.subtasks().last());
  }
}
