package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;

/**
 * How long each worker, and each control plane, is trusted with what it has taken on, by
 * PostgreSQL's clock.
 */
@ApplicationScoped
public class Leases {
  private static final String RENEW_WORKERS =
      """
      insert into worker (id, pool, lease_until)
      select w.id, w.pool, now() + $3::bigint * interval '1 millisecond'
      from unnest($1::text[], $2::text[]) as w(id, pool) order by w.id
      on conflict (id) do update set lease_until = excluded.lease_until
      """;

  private static final String RENEW_CONTROL_PLANE =
      """
      insert into control_plane (id, lease_until, partitions, of_partitions)
      values ($1, now() + $2::bigint * interval '1 millisecond', $3, $4)
      on conflict (id) do update set lease_until = excluded.lease_until,
        partitions = excluded.partitions, of_partitions = excluded.of_partitions
      where control_plane.lease_until >= now()
      """;

  // Long after the last of their subtasks went to others.
  private static final String FORGET =
      """
      with w as (delete from worker where lease_until < now() - interval '1 hour')
      delete from control_plane where lease_until < now() - interval '1 hour'
      """;

  /** Trusts the workers for another {@code lease}; {@code poolOf} is keyed by worker id. */
  public Uni<Integer> renew(Tx tx, Map<String, String> poolOf, Duration lease) {
    String[] ids = poolOf.keySet().toArray(String[]::new);
    String[] pools = poolOf.values().toArray(String[]::new);
    return tx.update(RENEW_WORKERS, Tuple.of(ids, pools, lease.toMillis()));
  }

  /**
   * Trusts this control plane to publish what it dispatched, and to read that many partitions of
   * reports, of all that there are; not where its lease has run out, which it tells by false.
   * Forgets those long gone.
   */
  public Uni<Boolean> renew(
      Tx tx, String controlPlane, Duration lease, int partitions, int ofPartitions) {
    return tx.update(
            RENEW_CONTROL_PLANE, Tuple.of(controlPlane, lease.toMillis(), partitions, ofPartitions))
        .chain(renewed -> tx.update(FORGET, Tuple.tuple()).replaceWith(renewed > 0));
  }
}
