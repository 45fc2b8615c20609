package dev.relight.controlplane.inventory;

import dev.relight.controlplane.task.Refusal;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.common.WithTransaction;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;
import org.hibernate.exception.ConstraintViolationException;

/** Adds, changes and removes hosts; a host that a task holds is never removed. */
@ApplicationScoped
public class HostRegistry {
  private static final String HOLDER = "select task_id from host_lock where host_id = ?1";

  private final Inventory inventory;

  HostRegistry(Inventory inventory) {
    this.inventory = inventory;
  }

  /** Stores a new host and its agent, which counts as OFFLINE until it is seen. */
  @WithTransaction
  public Uni<Host> register(Host host) {
    host.agent = new Agent();
    host.agent.host = host;
    return host.<Host>persistAndFlush()
        .onFailure(ConstraintViolationException.class)
        .transform(HostRegistry::taken);
  }

  /** Changes a host; its running tasks go on with what they were given. */
  @WithTransaction
  public Uni<Host> change(long hostId, Consumer<Host> change) {
    return inventory
        .host(hostId)
        .invoke(change)
        .call(Panache::flush)
        .onFailure(ConstraintViolationException.class)
        .transform(HostRegistry::taken);
  }

  /** Removes a host with its agent and the agent's processes. */
  @WithTransaction
  public Uni<Void> remove(long hostId) {
    // Deleted first, looked for a holder then: whoever takes the host meanwhile waits for the row.
    return Host.delete("id", hostId)
        .invoke(
            removed -> {
              if (removed == 0) {
                throw Refusal.notFound("host", "hostId");
              }
            })
        .chain(removed -> refuseWhenHeld(hostId));
  }

  private static Uni<Void> refuseWhenHeld(long hostId) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(HOLDER, Long.class)
                    .setParameter(1, hostId)
                    .getSingleResultOrNull())
        .invoke(
            taskId -> {
              if (taskId != null) {
                throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "Host %d is held by task %d; it can be removed when that task has ended."
                        .formatted(hostId, taskId),
                    taskId);
              }
            })
        .replaceWithVoid();
  }

  private static Refusal taken(Throwable violation) {
    return Refusal.of(
        Refusal.Reason.CONFLICT,
        "Another host has this name, or this innerIpAddress with this sshPort and agentHome.");
  }
}
