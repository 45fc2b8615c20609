package dev.relight.controlplane.store;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Brings the inventory up to date with what workers saw on the hosts. */
@ApplicationScoped
public class Observations {
  private static final String AGENTS =
      """
      update agent a
      set status = o.status, version = coalesce(o.version, a.version),
          log_home = coalesce(o.log_home, a.log_home), update_time = now(),
          last_available_time =
            case when o.status = 'AVAILABLE' then now() else a.last_available_time end
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
        as o(host_id, status, version, log_home)
      where a.host_id = o.host_id
      """;

  private static final String PROCESSES =
      """
      insert into agent_process as p (host_id, alias, status, pid, started_at, os_user,
          start_command, ports, operable, last_active_time)
      select o.host_id, o.alias, case when o.running then 'STARTED' else 'STOPPED' end, o.pid,
          o.started_at, o.os_user, o.start_command, o.ports, o.operable,
          case when o.running then now() end
      from unnest($1::bigint[], $2::text[], $3::boolean[], $4::int[], $5::timestamptz[], $6::text[],
          $7::text[], $8::text[], $9::boolean[])
        as o(host_id, alias, running, pid, started_at, os_user, start_command, ports, operable)
        join host h on h.id = o.host_id
      order by o.host_id, o.alias
      on conflict (host_id, alias) do update
      set status = excluded.status, pid = excluded.pid, started_at = excluded.started_at,
          os_user = excluded.os_user, start_command = excluded.start_command,
          ports = excluded.ports, operable = excluded.operable,
          last_active_time = coalesce(excluded.last_active_time, p.last_active_time),
          update_time = case when p.pid <> excluded.pid then now() else p.update_time end
      """;

  // What the agent does not list does not run.
  private static final String GONE =
      """
      update agent_process p
      set status = 'STOPPED', pid = 0, started_at = null, os_user = null, start_command = null,
          ports = null, update_time = now()
      where p.host_id = any($1) and p.status <> 'STOPPED'
        and not exists (select from unnest($2::bigint[], $3::text[]) as o(host_id, alias)
                          where o.host_id = p.host_id and o.alias = p.alias)
      """;

  private static final String ONLINE =
      """
      update host set status = 'ONLINE', failed_looks = 0, update_time = now()
      where id = any($1) and status = 'OFFLINE'
      """;

  /**
   * What is now known of the agent of one host.
   *
   * @param status the agent's new status
   * @param state what was seen, null where only the status is new
   */
  public record Seen(long hostId, String status, AgentState state) {}

  private record SeenProcess(long hostId, ProcessState process) {}

  /** Writes what was seen; at most one entry a host. */
  public Uni<Void> record(Tx tx, Collection<Seen> observations) {
    List<Seen> seen = List.copyOf(observations);
    if (seen.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Uni<Integer> agents =
        tx.update(
            AGENTS,
            Tuple.of(
                seen.stream().map(Seen::hostId).toArray(Long[]::new),
                strings(seen, Seen::status),
                strings(seen, s -> s.state() == null ? null : s.state().version()),
                strings(seen, s -> s.state() == null ? null : s.state().logHome())));
    List<Seen> full = seen.stream().filter(s -> s.state() != null).toList();
    return full.isEmpty()
        ? agents.replaceWithVoid()
        : Uni.join()
            .all(agents, processes(tx, full), online(tx, full))
            .andFailFast()
            .replaceWithVoid();
  }

  private static Uni<Integer> online(Tx tx, List<Seen> seen) {
    return tx.update(ONLINE, Tuple.of(seen.stream().map(Seen::hostId).toArray(Long[]::new)));
  }

  private Uni<Integer> processes(Tx tx, List<Seen> seen) {
    List<SeenProcess> all = processes(seen);
    Long[] hostIds = all.stream().map(SeenProcess::hostId).toArray(Long[]::new);
    String[] aliases = strings(all, p -> p.process().alias());
    Uni<Integer> gone =
        tx.update(
            GONE, Tuple.of(seen.stream().map(Seen::hostId).toArray(Long[]::new), hostIds, aliases));
    return all.isEmpty()
        ? gone
        : Uni.combine().all().unis(upsert(tx, all, hostIds, aliases), gone).with((a, b) -> a + b);
  }

  /** One of each alias: where an agent lists one twice, the one that runs counts. */
  private static List<SeenProcess> processes(List<Seen> seen) {
    Map<List<Object>, SeenProcess> byAlias = new LinkedHashMap<>();
    for (Seen agent : seen) {
      for (ProcessState process : agent.state().processes()) {
        byAlias.merge(
            List.of(agent.hostId(), process.alias()),
            new SeenProcess(agent.hostId(), process),
            (first, second) -> first.process().running() ? first : second);
      }
    }
    return List.copyOf(byAlias.values());
  }

  private Uni<Integer> upsert(Tx tx, List<SeenProcess> all, Long[] hostIds, String[] aliases) {
    return tx.update(
        PROCESSES,
        Tuple.tuple()
            .addArrayOfLong(hostIds)
            .addArrayOfString(aliases)
            .addArrayOfBoolean(booleans(all, p -> p.process().running()))
            .addArrayOfInteger(all.stream().map(p -> p.process().pid()).toArray(Integer[]::new))
            .addArrayOfOffsetDateTime(
                all.stream().map(p -> time(p.process().startedAt())).toArray(OffsetDateTime[]::new))
            .addArrayOfString(strings(all, p -> p.process().user()))
            .addArrayOfString(strings(all, p -> p.process().startCommand()))
            .addArrayOfString(strings(all, p -> p.process().ports()))
            .addArrayOfBoolean(booleans(all, p -> p.process().operable())));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static <T> String[] strings(List<T> list, Function<T, String> value) {
    return list.stream().map(value).toArray(String[]::new);
  }

  private static Boolean[] booleans(List<SeenProcess> list, Function<SeenProcess, Boolean> value) {
    return list.stream().map(value).toArray(Boolean[]::new);
  }
}
