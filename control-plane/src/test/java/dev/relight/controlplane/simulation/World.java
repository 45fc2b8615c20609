package dev.relight.controlplane.simulation;

import dev.relight.controlplane.store.Fault;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.MemoryStore;
import dev.relight.controlplane.store.MemoryTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** All that there is in one simulation: everything in it finds everything else here. */
final class World {
  static final long LEASE = 3_000;

  private final Timeline timeline = new Timeline();
  private final Chance chance;
  private final Set<Fault> faults;
  private final MemoryTables tables;
  private final Json json = MemoryStore.values();
  private final Invariants invariants;
  private final SimulatedBroker broker;
  private final SimulatedControlPlane controlPlane;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private boolean troublesome = true;
  private int processes;

  World(long seed, Set<Fault> faults) {
    chance = new Chance(seed);
    this.faults = faults;
    tables = new MemoryTables(timeline::millis, faults);
    invariants = new Invariants(this);
    tables.audit(invariants);
    broker = new SimulatedBroker(this);
    controlPlane = new SimulatedControlPlane(this);
  }

  void addHost(boolean up) {
    long id = hosts.size() + 1L;
    hosts.add(new SimulatedHost(this, id, up));
    tables.addHost(id);
  }

  void addWorker() {
    workers.add(new SimulatedWorker(this, "worker-" + processes++));
  }

  /** Somebody starts another process in the place of one that ended. */
  void replace(SimulatedWorker ended) {
    workers.remove(ended);
    timeline.round(chance.between(100, 3_000), this::addWorker);
  }

  /** From now on nothing goes wrong any more. */
  void calmDown() {
    troublesome = false;
  }

  boolean isTroublesome() {
    return troublesome;
  }

  boolean has(Fault fault) {
    return !faults.isEmpty() && faults.contains(fault);
  }

  long millis() {
    return timeline.millis();
  }

  Timeline timeline() {
    return timeline;
  }

  Chance chance() {
    return chance;
  }

  MemoryTables tables() {
    return tables;
  }

  /** What was written as text. */
  <T> T read(String text, Class<T> type) {
    return MemoryStore.read(json, text, type);
  }

  /** The store, for as long as somebody is connected. */
  MemoryStore store(BooleanSupplier connected) {
    return new MemoryStore(tables, json, connected);
  }

  Invariants invariants() {
    return invariants;
  }

  SimulatedBroker broker() {
    return broker;
  }

  SimulatedControlPlane controlPlane() {
    return controlPlane;
  }

  List<SimulatedWorker> workers() {
    return workers;
  }

  List<SimulatedHost> hosts() {
    return hosts;
  }

  SimulatedHost host(long id) {
    return hosts.get((int) id - 1);
  }
}
