package dev.relight.controlplane.simulation;

import dev.relight.controlplane.store.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Whether a worker may start work: the counterpart of the worker's {@code Lease}. */
final class SimulatedLease {
  private static final long TRUSTED = World.LEASE / 2;

  private final World world;
  private final TreeMap<Long, Long> sentAt = new TreeMap<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private long trustedSince = Long.MIN_VALUE / 2;
  private long term;

  SimulatedLease(World world) {
    this.world = world;
  }

  /** A heartbeat is about to be sent. */
  void sending(long sequence) {
    long now = world.millis();
    sentAt.put(sequence, now);
    sentAt.values().removeIf(sent -> now - sent > TRUSTED);
  }

  /** The control plane has written down that it saw this heartbeat. */
  void acknowledged(long sequence) {
    Long sent = sentAt.get(sequence);
    if (sent == null) {
      return;
    }
    if (term == 0 || world.millis() - trustedSince > World.LEASE) {
      term++;
    }
    trustedSince = sent;
    sentAt.headMap(sequence, true).clear();
    List<Runnable> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(Runnable::run);
  }

  boolean wasEverHeld() {
    return term > 0;
  }

  /** Another one after the lease may have run out. */
  long term() {
    return world.has(Fault.A_LEASE_HAS_NO_TERM) ? 0 : term;
  }

  boolean isHeld() {
    return world.millis() - trustedSince <= TRUSTED || world.has(Fault.A_WORKER_NEEDS_NO_LEASE);
  }

  /** Does it as soon as work may be started; it looks again itself then. */
  void whenHeld(Runnable what) {
    waiting.add(what);
  }
}
