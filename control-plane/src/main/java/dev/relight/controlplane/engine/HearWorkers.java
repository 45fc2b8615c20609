package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Astray;
import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.model.Dispatch;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Renews the leases of the workers that were heard. What a worker says it runs and should not, for
 * whatever reason, it is told to stop, and again with each heartbeat until it has.
 */
@ApplicationScoped
public class HearWorkers {
  private final Transactions transactions;
  private final Leases leases;
  private final Astray astray;
  private final Fleet fleet;
  private final DispatchWaiting dispatchWaiting;
  private final EngineConfig config;

  HearWorkers(
      Transactions transactions,
      Leases leases,
      Astray astray,
      Fleet fleet,
      DispatchWaiting dispatchWaiting,
      EngineConfig config) {
    this.transactions = transactions;
    this.leases = leases;
    this.astray = astray;
    this.fleet = fleet;
    this.dispatchWaiting = dispatchWaiting;
    this.config = config;
  }

  /** Answers what is to be said to the workers, once their leases stand in PostgreSQL. */
  public Uni<WorkerControl> hear(List<WorkerHeartbeat> heartbeats) {
    Map<String, WorkerHeartbeat> newest =
        heartbeats.stream()
            .collect(Collectors.toMap(WorkerHeartbeat::worker, h -> h, (a, b) -> b, TreeMap::new));
    return transactions
        .run(tx -> renew(tx, newest))
        // Nobody is given work before its lease stands.
        .invoke(() -> newest.values().forEach(fleet::heard))
        // Apart from it: a worker that waits for it starts nothing.
        .invoke(dispatchWaiting::inTheBackground);
  }

  private Uni<WorkerControl> renew(Tx tx, Map<String, WorkerHeartbeat> newest) {
    List<Dispatch> running = newest.values().stream().flatMap(h -> h.running().stream()).toList();
    Map<String, String> pools = new TreeMap<>();
    Map<String, Long> acknowledged = new TreeMap<>();
    newest.forEach(
        (worker, heartbeat) -> {
          pools.put(worker, heartbeat.pool());
          acknowledged.put(worker, heartbeat.sequence());
        });
    return leases
        .renew(tx, pools, config.lease())
        .chain(() -> astray.notTheirs(tx, running))
        .map(cancel -> new WorkerControl(acknowledged, cancel, List.of()));
  }
}
