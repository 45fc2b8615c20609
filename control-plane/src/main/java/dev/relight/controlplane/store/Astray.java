package dev.relight.controlplane.store;

import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what does not move as it should. Finds only: whoever acts on it locks it and looks whether
 * the dispatch is still the one that was found.
 */
@ApplicationScoped
public class Astray {
  private static final String LIVE =
      "select s.id, s.task_id, s.fence from subtask s where "
          + Subtasks.IS_LIVE
          + " and s.status = any($1) ";

  private static final String LOST =
      LIVE
          + """
          and s.worker is not null
          and not exists (select from worker w where w.id = s.worker and w.lease_until >= now())
          order by s.id limit $2
          """;

  /**
   * The living control planes have read all reports: what is looked for was not answered. One of
   * the release before does not tell, and is trusted.
   */
  private static final String ALL_ARE_READ =
      """
      (select bool_or(c.partitions is null)
          or sum(c.partitions) >= max(c.of_partitions) and max(c.of_partitions) > 0
       from control_plane c where c.lease_until >= now())
      """;

  // What a control plane did not live to read counts as read for another lease. And one that does
  // not get on with its share is not to hold up everything for ever.
  private static final String TIMED_OUT =
      LIVE
          + " and s.deadline < now() - interval '5 seconds' and ("
          + ALL_ARE_READ
          + " or s.deadline < now() - interval '5 minutes') order by s.id limit $2";

  /**
   * Commands that nobody said STARTED to for long, or whose control plane died so that they may
   * never have been published; and those that should long be back as their task was paused.
   */
  private static final String UNANSWERED =
      LIVE
          + " and ("
          + ALL_ARE_READ
          + """
            or s.dispatched_at < now() - interval '5 minutes')
          and s.worker is not null
          and (s.dispatched_at < now() - $2::bigint * interval '1 millisecond'
            or (s.dispatched_at < now() - interval '5 seconds'
              and exists (select from task t where t.id = s.task_id and t.status = 'PAUSED'))
            or (s.dispatched_at < now() - interval '3 seconds'
              and not exists (select from control_plane c
                              where c.id = s.dispatcher and c.lease_until >= now())))
          order by s.id limit $3
          """;

  private static final String NOT_THEIRS =
      """
      select r.id, r.fence from unnest($1::bigint[], $2::bigint[]) as r(id, fence)
      where not exists (select from subtask s where s.id = r.id and s.fence = r.fence
                          and s.worker is not null and s.status = any($3))
      """;

  private static final String READ = "select " + ALL_ARE_READ + " as are_read";

  /** A dispatch that was found, and its task. */
  public record Found(long taskId, Dispatch dispatch) {}

  /** What workers have whose lease ran out. */
  public Uni<List<Found>> lost(Tx tx, int limit) {
    return find(tx, LOST, Tuple.of(SubtaskState.names(SubtaskState::isLive), limit));
  }

  /** Started subtasks whose time is over. */
  public Uni<List<Found>> timedOut(Tx tx, int limit) {
    return find(tx, TIMED_OUT, Tuple.of(SubtaskState.names(SubtaskState::isStarted), limit));
  }

  /** Commands that are to be sent again; {@code patience} is how long an answer may take. */
  public Uni<List<Found>> unanswered(Tx tx, Duration patience, int limit) {
    return find(
        tx,
        UNANSWERED,
        Tuple.of(SubtaskState.names(SubtaskState::isQueued), patience.toMillis(), limit));
  }

  /** Whether nothing that workers have said lies unread, as far as the control planes know. */
  public Uni<Boolean> allAreRead(Tx tx) {
    return tx.query(READ, Tuple.tuple())
        .map(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean("are_read")));
  }

  /** Of the dispatches that workers run, those that are not theirs any more, or not to be done. */
  public Uni<List<Dispatch>> notTheirs(Tx tx, List<Dispatch> running) {
    if (running.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.query(
            NOT_THEIRS,
            Tuple.of(
                running.stream().map(Dispatch::subtaskId).toArray(Long[]::new),
                running.stream().map(Dispatch::fence).toArray(Long[]::new),
                SubtaskState.names(state -> state.isLive() && state != SubtaskState.CANCELING)))
        .map(
            rows -> {
              List<Dispatch> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(dispatch(row));
              }
              return found;
            });
  }

  private static Uni<List<Found>> find(Tx tx, String sql, Tuple parameters) {
    return tx.query(sql, parameters)
        .map(
            rows -> {
              List<Found> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(new Found(row.getLong("task_id"), dispatch(row)));
              }
              return found;
            });
  }

  private static Dispatch dispatch(Row row) {
    return new Dispatch(row.getLong("id"), row.getLong("fence"));
  }
}
