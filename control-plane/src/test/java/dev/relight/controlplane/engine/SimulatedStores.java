package dev.relight.controlplane.engine;

import dev.relight.controlplane.engine.SimulatedEngine.Stores;
import dev.relight.controlplane.store.Astray;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Events;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Logs;
import dev.relight.controlplane.store.Observations;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.WholeTasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The store as it is, on PostgreSQL, for an engine beside the one that runs. */
@ApplicationScoped
class SimulatedStores {
  @Inject Transactions transactions;
  @Inject Tasks tasks;
  @Inject Subtasks subtasks;
  @Inject WholeTasks wholeTasks;
  @Inject Dispatches dispatches;
  @Inject Hosts hosts;
  @Inject Events events;
  @Inject Logs logs;
  @Inject Observations observations;
  @Inject Astray astray;
  @Inject Leases leases;
  @Inject AuditEvents audit;
  @Inject Json json;

  Stores all() {
    return new Stores(
        transactions,
        tasks,
        subtasks,
        wholeTasks,
        dispatches,
        hosts,
        events,
        logs,
        observations,
        astray,
        leases,
        audit,
        json);
  }
}
