package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.Hosts.Claim;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;

/** Takes hosts for a task, all of them or none: a host belongs to one running task. */
@ApplicationScoped
class TakeHosts {
  private final Hosts hosts;

  TakeHosts(Hosts hosts) {
    this.hosts = hosts;
  }

  /** For one task. */
  Uni<Void> of(Tx tx, Long[] hostIds, long taskId) {
    return of(tx, Arrays.stream(hostIds).map(host -> new Claim(host, taskId)).toList());
  }

  /** Fails with a {@link Refusal} that names the task which has one of them. */
  Uni<Void> of(Tx tx, List<Claim> claims) {
    return hosts
        .acquire(tx, claims)
        .chain(
            all ->
                all
                    ? Uni.createFrom().voidItem()
                    : hosts
                        .holder(tx, claims)
                        .map(holder -> held(holder.map(String::valueOf).orElse(null)))
                        .chain(refusal -> Uni.createFrom().failure(refusal)));
  }

  private static Refusal held(String holder) {
    return Refusal.of(
        Refusal.Reason.CONFLICT,
        holder == null
            ? "A host was held by a task that has just ended; try again."
            : "A host is held by the running task " + holder + ".",
        holder);
  }
}
