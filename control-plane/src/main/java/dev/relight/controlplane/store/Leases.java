package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long each worker is trusted, by PostgreSQL's clock. */
@ApplicationScoped
public class Leases {
  private static final String RENEW =
      """
      insert into worker (id, pool, lease_until)
      select w.id, w.pool, now() + $3::bigint * interval '1 millisecond'
      from unnest($1::text[], $2::text[]) as w(id, pool) order by w.id
      on conflict (id) do update set lease_until = excluded.lease_until
      """;

  private static final String EXPIRED =
      "select id from worker where lease_until < now() order by id for update skip locked";

  private static final String FORGET = "delete from worker where id = any($1)";

  private static final String HELD_BY =
      """
      select s.id, s.task_id from subtask s
      where s.status in ('READY', 'RUNNING', 'CANCELING', 'COMPENSATION_READY', 'COMPENSATING')
        and s.worker = any($1)
      order by s.id limit $2
      """;

  /** A subtask and its task. */
  public record Held(long subtaskId, long taskId) {}

  /** Trusts the workers for another {@code lease}; {@code poolOf} is keyed by worker id. */
  public Uni<Integer> renew(Tx tx, Map<String, String> poolOf, Duration lease) {
    String[] ids = poolOf.keySet().toArray(String[]::new);
    String[] pools = poolOf.values().toArray(String[]::new);
    return tx.update(RENEW, Tuple.of(ids, pools, lease.toMillis()));
  }

  /** Locks the workers whose lease ran out. */
  public Uni<List<String>> expired(Tx tx) {
    return tx.query(EXPIRED, Tuple.tuple())
        .map(
            rows -> {
              List<String> ids = new ArrayList<>();
              rows.forEach(row -> ids.add(row.getString("id")));
              return ids;
            });
  }

  /** What the workers have and did not finish. */
  public Uni<List<Held>> heldBy(Tx tx, List<String> workers, int limit) {
    return tx.query(HELD_BY, Tuple.of(workers.toArray(String[]::new), limit))
        .map(
            rows -> {
              List<Held> held = new ArrayList<>(rows.size());
              for (Row row : rows) {
                held.add(new Held(row.getLong("id"), row.getLong("task_id")));
              }
              return held;
            });
  }

  /** Forgets workers that have nothing any more. */
  public Uni<Integer> forget(Tx tx, List<String> workers) {
    return tx.update(FORGET, Tuple.of((Object) workers.toArray(String[]::new)));
  }
}
