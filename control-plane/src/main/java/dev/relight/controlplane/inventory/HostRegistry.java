package dev.relight.controlplane.inventory;

import dev.relight.controlplane.task.Refusal;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.common.WithTransaction;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.exception.ConstraintViolationException;

/** Adds, changes and removes hosts; a host that a task holds is never removed. */
@ApplicationScoped
public class HostRegistry {
  private static final String LOCK = "select id from host where id = ?1 for update";
  private static final String HOLDER = "select task_id from host_lock where host_id = ?1 and held";

  private final Inventory inventory;

  HostRegistry(Inventory inventory) {
    this.inventory = inventory;
  }

  /**
   * Stores a new host and its agent, which counts as OFFLINE until it is seen.
   *
   * @param told what else belongs to the transaction, such as its audit event
   */
  @WithTransaction
  public Uni<Host> register(Host host, Function<Host, Uni<Void>> told) {
    host.agent = new Agent();
    host.agent.host = host;
    return host.<Host>persistAndFlush()
        .onFailure(ConstraintViolationException.class)
        .transform(HostRegistry::taken)
        .call(told::apply);
  }

  /** Changes a host that no task holds: the stages of a lane must all go to the same place. */
  @WithTransaction
  public Uni<Host> change(long hostId, Consumer<Host> change, Function<Host, Uni<Void>> told) {
    return unheld(hostId)
        .invoke(change)
        .call(Panache::flush)
        .onFailure(ConstraintViolationException.class)
        .transform(HostRegistry::taken)
        .call(told::apply);
  }

  /** Removes a host with its agent and the agent's processes. */
  @WithTransaction
  public Uni<Void> remove(long hostId, Function<Host, Uni<Void>> told) {
    return unheld(hostId).call(told::apply).chain(Host::delete);
  }

  /** Whoever takes the host for a task meanwhile waits for the row, and then sees it as it is. */
  private Uni<Host> unheld(long hostId) {
    return one(LOCK, hostId)
        .chain(() -> inventory.host(hostId))
        .call(() -> one(HOLDER, hostId).invoke(taskId -> refuseWhenHeld(hostId, taskId)));
  }

  private static Uni<Long> one(String sql, long hostId) {
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(sql, Long.class)
                    .setParameter(1, hostId)
                    .getSingleResultOrNull());
  }

  private static void refuseWhenHeld(long hostId, Long taskId) {
    if (taskId != null) {
      throw Refusal.of(
          Refusal.Reason.CONFLICT,
          "Host %d is held by task %d; it can be changed or removed when that task has ended."
              .formatted(hostId, taskId),
          taskId);
    }
  }

  private static Refusal taken(Throwable violation) {
    return Refusal.of(
        Refusal.Reason.CONFLICT,
        "Another host has this name, or this innerIpAddress with this sshPort and agentHome.");
  }
}
