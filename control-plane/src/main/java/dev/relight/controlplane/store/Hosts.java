package dev.relight.controlplane.store;

import dev.relight.model.HostTarget;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The hosts as the engine needs them: how to reach them, and which task has each. */
@ApplicationScoped
public class Hosts {
  // The lock keeps a host from being deleted between the look and the host lock.
  private static final String FIND =
      """
      select h.id, h.inner_ip_address, h.ssh_port, h.profile, h.agent_home, h.credential, h.pool
      from host h where h.id = any($1) order by h.id for key share
      """;

  private static final String ACQUIRE =
      """
      insert into host_lock as l (host_id, task_id)
      select h, $2 from unnest($1::bigint[]) as h order by h
      on conflict (host_id) do update set task_id = excluded.task_id, held = true
        where not l.held or l.task_id = excluded.task_id
      """;

  private static final String HOLDER =
      """
      select task_id from host_lock where host_id = any($1) and task_id <> $2 and held
      order by host_id limit 1
      """;

  private static final String LAST_HAD_BY_OTHERS =
      """
      select host_id from host_lock where host_id = any($1) and task_id <> $2
      order by host_id for update
      """;

  private static final String RELEASE =
      """
      update host_lock l set held = false
      from unnest($1::bigint[], $2::bigint[]) as r(host_id, task_id)
      where l.host_id = r.host_id and l.task_id = r.task_id
      """;

  /** How to reach a host, and the workers that can. */
  public record Reach(HostTarget target, String pool) {
    static Reach of(long id, Row row) {
      return new Reach(
          new HostTarget(
              id,
              row.getString("inner_ip_address"),
              row.getInteger("ssh_port"),
              row.getString("profile"),
              row.getString("agent_home"),
              row.getString("credential")),
          row.getString("pool"));
    }
  }

  /** The hosts that exist, by id. */
  public Uni<Map<Long, Reach>> find(Tx tx, Long[] ids) {
    return tx.query(FIND, Tuple.of(ids))
        .map(
            rows -> {
              Map<Long, Reach> hosts = new HashMap<>();
              for (Row row : rows) {
                hosts.put(row.getLong("id"), Reach.of(row.getLong("id"), row));
              }
              return hosts;
            });
  }

  /** Takes the locks for a task; false where another task has one of them. */
  public Uni<Boolean> acquire(Tx tx, Long[] ids, long taskId) {
    return tx.update(ACQUIRE, Tuple.of(ids, taskId)).map(taken -> taken == ids.length);
  }

  /** A task other than {@code taskId} that has one of the hosts. */
  public Uni<Optional<Long>> holder(Tx tx, Long[] ids, long taskId) {
    return tx.query(HOLDER, Tuple.of(ids, taskId))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getLong(0)));
  }

  /** Those of the hosts that another task took after this one had let them go. */
  public Uni<Set<Long>> lastHadByOthers(Tx tx, Long[] ids, long taskId) {
    return tx.query(LAST_HAD_BY_OTHERS, Tuple.of(ids, taskId))
        .map(
            rows -> {
              Set<Long> hosts = new HashSet<>();
              rows.forEach(row -> hosts.add(row.getLong("host_id")));
              return hosts;
            });
  }

  /** Frees the hosts whose lanes ended. */
  public Uni<Integer> release(Tx tx, List<SubtaskRow> ends) {
    if (ends.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return tx.update(
        RELEASE,
        Tuple.tuple()
            .addArrayOfLong(ends.stream().map(s -> s.node().hostId()).toArray(Long[]::new))
            .addArrayOfLong(ends.stream().map(s -> s.node().taskId()).toArray(Long[]::new)));
  }
}
