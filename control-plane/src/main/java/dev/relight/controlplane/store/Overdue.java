package dev.relight.controlplane.store;

import dev.relight.controlplane.store.Leases.Held;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Finds what does not move as it should. Finds only: whoever acts on it locks and looks again. */
@ApplicationScoped
public class Overdue {
  // The first condition is the index's own, so that the planner can use it.
  private static final String LIVE =
      """
      select s.id, s.task_id from subtask s
      where s.status in ('READY', 'RUNNING', 'CANCELING', 'COMPENSATION_READY', 'COMPENSATING')
        and s.status = any($1)
      """;

  private static final String TIMED_OUT = LIVE + " and s.deadline < now() order by s.id limit $2";

  private static final String UNANSWERED =
      LIVE
          + """
          and s.worker is not null
          and s.dispatched_at < now() - $2::bigint * interval '1 millisecond'
          order by s.id limit $3
          """;

  private static final String NOT_THEIRS =
      """
      select r.id, r.fence from unnest($1::bigint[], $2::bigint[]) as r(id, fence)
      where not exists (select from subtask s where s.id = r.id and s.fence = r.fence
                          and s.status = any($3))
      """;

  /** Started subtasks whose time is over. */
  public Uni<List<Held>> timedOut(Tx tx, int limit) {
    return held(tx, TIMED_OUT, Tuple.of(names(SubtaskState::isStarted), limit));
  }

  /** Commands that nobody said STARTED to for {@code patience}. */
  public Uni<List<Held>> unanswered(Tx tx, Duration patience, int limit) {
    return held(
        tx, UNANSWERED, Tuple.of(names(SubtaskState::isQueued), patience.toMillis(), limit));
  }

  /** Of the dispatches that workers run, those that are not theirs any more, or not to be done. */
  public Uni<List<Dispatch>> notTheirs(Tx tx, List<Dispatch> running) {
    return tx.query(
            NOT_THEIRS,
            Tuple.of(
                running.stream().map(Dispatch::subtaskId).toArray(Long[]::new),
                running.stream().map(Dispatch::fence).toArray(Long[]::new),
                names(state -> state.isLive() && state != SubtaskState.CANCELING)))
        .map(
            rows -> {
              List<Dispatch> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(new Dispatch(row.getLong("id"), row.getLong("fence")));
              }
              return found;
            });
  }

  private static Uni<List<Held>> held(Tx tx, String sql, Tuple parameters) {
    return tx.query(sql, parameters)
        .map(
            rows -> {
              List<Held> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(new Held(row.getLong("id"), row.getLong("task_id")));
              }
              return found;
            });
  }

  private static String[] names(Predicate<SubtaskState> which) {
    return Arrays.stream(SubtaskState.values())
        .filter(which)
        .map(Enum::name)
        .toArray(String[]::new);
  }
}
