package dev.relight.controlplane.store;

import dev.relight.controlplane.store.Hosts.Reach;
import dev.relight.model.HostLook;
import dev.relight.model.HostSighting;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which hosts are to be looked at beside all tasks, and what may be believed of the answers. */
@ApplicationScoped
public class Looks {
  // At any time between half and one and a half of the interval: they spread over it by themselves.
  // What a task has is passed by, as the task reads it.
  private static final String CLAIM =
      """
      with due as (
        select id from host where pool = $1 and next_look <= now()
        order by next_look limit $2 for no key update skip locked)
      update host h
      set next_look = now() + $3::bigint * (0.5 + random()) * interval '1 millisecond'
      from due
      where h.id = due.id
      returning h.id, h.inner_ip_address, h.ssh_port, h.profile, h.agent_home, h.credential, h.pool,
          now() as asked,
          exists (select from host_lock l where l.host_id = h.id and l.held) as held
      """;

  // Nothing is believed of a host that a task has, or of which something was learned since it was
  // asked. Nor is anybody waited for, who must be learning something just now.
  private static final String BELIEVE =
      """
      select h.id, h.inner_ip_address, h.status, h.failed_looks, a.status as agent_status
      from unnest($1::bigint[], $2::timestamptz[]) as s(host_id, asked)
        join host h on h.id = s.host_id
        join agent a on a.host_id = h.id
      where h.update_time <= s.asked and a.update_time <= s.asked
        and not exists (select from host_lock l where l.host_id = h.id and l.held)
      order by h.id
      for no key update of h, a skip locked
      """;

  private static final String SEEN =
      "update host set failed_looks = 0 where id = any($1) and failed_looks > 0";

  // Nobody is called away for one failure, but looked at again soon.
  private static final String NOT_SEEN =
      """
      update host
      set failed_looks = least(failed_looks, 1000) + 1,
          next_look = case when failed_looks > 0 then next_look
            else least(next_look, now() + $2::bigint * interval '1 millisecond') end
      where id = any($1)
      """;

  private static final String OFFLINE =
      """
      update host set status = 'OFFLINE', update_time = now()
      where id = any($1) and status <> 'OFFLINE'
      """;

  /** A host of which a sighting may be believed, as it is known up to now. */
  public record Known(
      long id, String address, boolean offline, int failedLooks, String agentStatus) {
    static Known of(Row row) {
      return new Known(
          row.getLong("id"),
          row.getString("inner_ip_address"),
          row.getString("status").equals("OFFLINE"),
          row.getInteger("failed_looks"),
          row.getString("agent_status"));
    }
  }

  private final Transactions transactions;

  Looks(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Up to {@code limit} hosts of the pool that are due; whoever claims them has to ask. */
  public Uni<List<HostLook>> claim(String pool, int limit, Duration interval) {
    return transactions
        .query(CLAIM, Tuple.of(pool, limit, interval.toMillis()))
        .map(
            rows -> {
              List<HostLook> looks = new ArrayList<>();
              for (Row row : rows) {
                if (!row.getBoolean("held")) {
                  looks.add(
                      new HostLook(
                          Reach.of(row.getLong("id"), row).target(),
                          row.getOffsetDateTime("asked").toInstant()));
                }
              }
              return looks;
            });
  }

  /** Locks the hosts of which these sightings may be believed; at most one sighting a host. */
  public Uni<List<Known>> believe(Tx tx, Collection<HostSighting> sightings) {
    return tx.query(
            BELIEVE,
            Tuple.tuple()
                .addArrayOfLong(sightings.stream().map(HostSighting::hostId).toArray(Long[]::new))
                .addArrayOfOffsetDateTime(
                    sightings.stream()
                        .map(sighting -> sighting.asked().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new)))
        .map(Looks::known);
  }

  private static List<Known> known(RowSet<Row> rows) {
    List<Known> known = new ArrayList<>();
    rows.forEach(row -> known.add(Known.of(row)));
    return known;
  }

  /** The hosts were seen. */
  public Uni<Integer> seen(Tx tx, Collection<Long> hostIds) {
    return update(tx, SEEN, hostIds);
  }

  /** The hosts could not be looked at; those of which that is new are again after {@code again}. */
  public Uni<Integer> notSeen(Tx tx, Collection<Long> hostIds, Duration again) {
    return hostIds.isEmpty()
        ? Uni.createFrom().item(0)
        : tx.update(NOT_SEEN, Tuple.of(hostIds.toArray(Long[]::new), again.toMillis()));
  }

  /** The hosts count as away, until somebody sees them. */
  public Uni<Integer> offline(Tx tx, Collection<Long> hostIds) {
    return update(tx, OFFLINE, hostIds);
  }

  private static Uni<Integer> update(Tx tx, String sql, Collection<Long> hostIds) {
    return hostIds.isEmpty()
        ? Uni.createFrom().item(0)
        : tx.update(sql, Tuple.of(hostIds.toArray(Long[]::new)));
  }
}
