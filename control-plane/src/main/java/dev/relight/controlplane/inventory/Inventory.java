package dev.relight.controlplane.inventory;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.hibernate.reactive.panache.common.WithSession;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the inventory; what is not there is a {@link Refusal} in the contract's words. */
@ApplicationScoped
@WithSession
public class Inventory {
  /** What hosts can be sorted by. */
  public static final Set<String> HOST_SORT_FIELDS =
      Set.of("id", "name", "innerIpAddress", "status", "createTime", "updateTime");

  /** What processes can be sorted by. */
  public static final Set<String> PROCESS_SORT_FIELDS =
      Set.of("id", "alias", "status", "pid", "createTime", "updateTime");

  private static final String HOSTS = "from Host e join fetch e.agent ";
  private static final String MATCHING =
      """
      where (lower(e.name) like :pattern escape '!'
          or lower(e.innerIpAddress) like :pattern escape '!')
        and (:status = '' or e.status = :status)""";

  /** The host with its agent. */
  public Uni<Host> host(long hostId) {
    return Host.<Host>find(HOSTS + "where e.id = ?1", hostId)
        .firstResult()
        .onItem()
        .ifNull()
        .failWith(() -> Refusal.notFound("host", "hostId"));
  }

  /**
   * Hosts with their agents.
   *
   * @param keyword part of a name or address, in any case; {@code ""} for all
   * @param status {@code ""} for all
   */
  public Uni<Slice<Host>> hosts(String keyword, String status, PageRequest page) {
    String literal = keyword.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0");
    return Slice.of(
        Host.find(
            HOSTS + MATCHING,
            page.sort(),
            Map.of("pattern", "%" + literal + "%", "status", status)),
        page);
  }

  /** Every process of the host's agent, oldest first. */
  public Uni<List<AgentProcess>> processes(long hostId) {
    return AgentProcess.list("hostId", Sort.by("id"), hostId);
  }

  /** A page of the processes of the host's agent. */
  public Uni<Slice<AgentProcess>> processes(long hostId, PageRequest page) {
    return Slice.of(
        AgentProcess.find("from AgentProcess e where e.hostId = ?1", page.sort(), hostId), page);
  }

  /** One process of the host's agent. */
  public Uni<AgentProcess> process(long hostId, long processId) {
    return AgentProcess.<AgentProcess>find("id = ?1 and hostId = ?2", processId, hostId)
        .firstResult()
        .onItem()
        .ifNull()
        .failWith(() -> Refusal.notFound("agent process", "agentProcessId"));
  }
}
