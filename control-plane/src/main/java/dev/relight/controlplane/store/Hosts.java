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
      select c.* from unnest($1::bigint[], $2::bigint[]) as c(host_id, task_id) order by c.host_id
      on conflict (host_id) do update set task_id = excluded.task_id, held = true
        where not l.held or l.task_id = excluded.task_id
      """;

  private static final String HOLDER =
      """
      select l.task_id
      from unnest($1::bigint[], $2::bigint[]) as c(host_id, task_id)
        join host_lock l on l.host_id = c.host_id
      where l.task_id <> c.task_id and l.held
      order by l.host_id limit 1
      """;

  private static final String LAST_HAD_BY_OTHERS =
      """
      select host_id from host_lock where host_id = any($1) and task_id <> $2
      order by host_id for update
      """;

  // In the order in which they are taken, or one who takes and one who frees wait for each other.
  static final String RELEASE =
      """
      update host_lock l set held = false
      from (
        select c.host_id, c.task_id from unnest($1::bigint[], $2::bigint[]) as c(host_id, task_id)
        union all
        select h.host_id, t.id from task t, unnest(t.host_ids) as h(host_id) where t.id = any($3)
        order by host_id) r
      where l.host_id = r.host_id and l.task_id = r.task_id and l.held
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
    return tx.lock(FIND, Tuple.of(ids))
        .map(
            rows -> {
              Map<Long, Reach> hosts = new HashMap<>();
              for (Row row : rows) {
                hosts.put(row.getLong("id"), Reach.of(row.getLong("id"), row));
              }
              return hosts;
            });
  }

  /** A host that a task is to have. */
  public record Claim(long hostId, long taskId) {}

  /** Takes the locks; false where another task has one of them. */
  public Uni<Boolean> acquire(Tx tx, List<Claim> claims) {
    return tx.update(ACQUIRE, parameters(claims)).map(taken -> taken == claims.size());
  }

  /** A task that has one of the hosts that another is to have. */
  public Uni<Optional<Long>> holder(Tx tx, List<Claim> claims) {
    return tx.query(HOLDER, parameters(claims))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getLong(0)));
  }

  private static Tuple parameters(List<Claim> claims) {
    return Tuple.tuple()
        .addArrayOfLong(claims.stream().map(Claim::hostId).toArray(Long[]::new))
        .addArrayOfLong(claims.stream().map(Claim::taskId).toArray(Long[]::new));
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

  /**
   * Frees the hosts whose lanes ended, and all hosts of tasks that ended before their lanes did.
   */
  public Uni<Integer> release(Tx tx, List<SubtaskRow> ends, List<Long> taskIds) {
    if (ends.isEmpty() && taskIds.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return tx.update(
        RELEASE,
        Tuple.tuple()
            .addArrayOfLong(ends.stream().map(s -> s.node().hostId()).toArray(Long[]::new))
            .addArrayOfLong(ends.stream().map(s -> s.node().taskId()).toArray(Long[]::new))
            .addArrayOfLong(taskIds.toArray(Long[]::new)));
  }
}
