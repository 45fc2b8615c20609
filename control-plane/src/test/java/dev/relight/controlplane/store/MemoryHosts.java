package dev.relight.controlplane.store;

import dev.relight.model.HostTarget;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The counterpart of the SQL of {@link Hosts}, statement by statement. */
@Vetoed
final class MemoryHosts extends Hosts {
  static final String INSTALL = "memory";
  static final String POOL = "simulated";

  private final MemoryTables tables;

  MemoryHosts(MemoryTables tables) {
    this.tables = tables;
  }

  static HostTarget target(long id) {
    return new HostTarget(id, "host", 22, "noop", "/", "none");
  }

  @Override
  public Uni<Map<Long, Reach>> find(Tx tx, Long[] ids) {
    return Uni.createFrom()
        .item(
            () -> {
              Map<Long, Reach> found = new HashMap<>();
              for (Long id : ids) {
                if (tables.hosts.containsKey(id)) {
                  found.put(id, new Reach(target(id), POOL));
                }
              }
              return found;
            });
  }

  @Override
  public Uni<Boolean> acquire(Tx tx, List<Claim> claims) {
    return Uni.createFrom()
        .item(
            () -> {
              int taken = 0;
              for (Claim claim : claims) {
                HostLine host = tables.hosts.get(claim.hostId());
                if (!isHeldAgainst(claim) || tables.has(Fault.A_HOST_HAS_TWO_TASKS)) {
                  tables.change(host).taskId = claim.taskId();
                  host.held = true;
                  taken++;
                }
              }
              return taken == claims.size();
            });
  }

  @Override
  public Uni<Optional<Long>> holder(Tx tx, List<Claim> claims) {
    return Uni.createFrom()
        .item(
            () ->
                claims.stream()
                    .filter(this::isHeldAgainst)
                    .map(claim -> tables.hosts.get(claim.hostId()))
                    .min((a, b) -> Long.compare(a.id, b.id))
                    .map(host -> host.taskId));
  }

  private boolean isHeldAgainst(Claim claim) {
    HostLine host = tables.hosts.get(claim.hostId());
    return host.held && host.taskId != claim.taskId();
  }

  @Override
  public Uni<Set<Long>> lastHadByOthers(Tx tx, Long[] ids, long taskId) {
    return Uni.createFrom()
        .item(
            () -> {
              Set<Long> others = new HashSet<>();
              for (Long id : ids) {
                HostLine host = tables.hosts.get(id);
                if (host.taskId != 0 && host.taskId != taskId) {
                  others.add(id);
                }
              }
              return others;
            });
  }

  @Override
  public Uni<Integer> release(Tx tx, List<SubtaskRow> ends, List<Long> taskIds) {
    return Uni.createFrom()
        .item(
            () -> {
              ends.stream()
                  .map(SubtaskRow::node)
                  .filter(node -> node.hostId() != null)
                  .forEach(node -> release(node.hostId(), node.taskId()));
              for (long taskId : taskIds) {
                tables.task(taskId).plan.hostIds().forEach(host -> release(host, taskId));
              }
              return ends.size() + taskIds.size();
            });
  }

  private void release(long hostId, long taskId) {
    HostLine host = tables.hosts.get(hostId);
    if (host.taskId == taskId && !tables.has(Fault.A_HOST_IS_NEVER_FREED)) {
      tables.change(host).held = false;
    }
  }
}
