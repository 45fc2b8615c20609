package dev.relight.controlplane.simulation;

import dev.relight.controlplane.simulation.SimulatedAttempt.Interruption;
import dev.relight.controlplane.store.Fault;
import dev.relight.model.AgentState;
import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process of a worker: the counterpart of the worker's {@code Attempts}, {@code Heartbeats} and
 * {@code OrderlyStop}. It can die, stand still for a while, and be cut off from the broker while it
 * goes on with what it does.
 */
final class SimulatedWorker {
  private static final int SLOTS = 4;
  private static final long DRAIN = 1_000;
  static final long BEAT = 1_000;

  private final World world;
  private final String id;
  private final Map<Dispatch, SimulatedAttempt> inHand = new LinkedHashMap<>();
  private final Map<Long, Long> newestFences = new HashMap<>();
  private final Map<Long, Long> canceled = new HashMap<>();
  private final Map<Long, Long> withdrawn = new HashMap<>();
  private final List<Runnable> unread = new ArrayList<>();
  private final SimulatedLease lease;
  private List<Integer> partitions = List.of();
  private long sequence;
  private long lastSent;
  private long lastReceived;
  private long cutOffUntil;
  private boolean frozen;
  private boolean stopping;
  private boolean gone;

  SimulatedWorker(World world, String id) {
    this.world = world;
    this.id = id;
    this.lease = new SimulatedLease(world);
    world
        .timeline()
        .after(world.chance().between(1, 30), () -> run(() -> world.broker().join(this)));
    // All at about the same time, so that they are heard together.
    world.timeline().round(BEAT - world.millis() % BEAT, this::round);
  }

  String id() {
    return id;
  }

  private void round() {
    if (!gone) {
      if (!frozen) {
        beat();
      }
      world.timeline().round(BEAT, this::round);
    }
  }

  /** Does what comes to the process, as soon as it can. */
  void run(Runnable what) {
    if (frozen) {
      unread.add(what);
    } else if (!gone) {
      what.run();
    }
  }

  void after(long delay, Runnable what) {
    world.timeline().after(delay, () -> run(what));
  }

  /** When something gets to the broker that would get there at that time. */
  long sent(long arrival) {
    return lastSent = Math.max(lastSent, Math.max(arrival, cutOffUntil));
  }

  /** When something gets here that would be here at that time. */
  long received(long arrival) {
    return lastReceived = Math.max(lastReceived, Math.max(arrival, cutOffUntil));
  }

  private void beat() {
    if (partitions.isEmpty() && sequence == 0) {
      return;
    }
    sequence++;
    lease.sending(sequence);
    List<Dispatch> running =
        inHand.values().stream()
            .filter(SimulatedAttempt::hasBegun)
            .map(SimulatedAttempt::dispatch)
            .toList();
    int free = stopping ? 0 : Math.max(0, SLOTS - inHand.size());
    world
        .broker()
        .beat(
            this,
            new WorkerHeartbeat(
                id,
                "simulated",
                sequence,
                SLOTS,
                free,
                lease.wasEverHeld() ? partitions : List.of(),
                running,
                null,
                null,
                0,
                stopping));
  }

  void hear(WorkerControl control) {
    boolean everHeld = lease.wasEverHeld();
    lease.acknowledged(control.acknowledged().getOrDefault(id, 0L));
    if (!everHeld && lease.wasEverHeld()) {
      beat();
    }
    stop(control.cancel());
    if (!world.has(Fault.WHAT_IS_WITHDRAWN_IS_BEGUN)) {
      handBack(control.withdraw());
    }
  }

  SimulatedLease lease() {
    return lease;
  }

  private void stop(Collection<Dispatch> dispatches) {
    upTo(dispatches, canceled).forEach(attempt -> attempt.interrupt(Interruption.CANCELED));
  }

  private void handBack(Collection<Dispatch> dispatches) {
    upTo(dispatches, withdrawn).forEach(attempt -> attempt.withdraw(Interruption.RELEASED));
  }

  private List<SimulatedAttempt> upTo(Collection<Dispatch> dispatches, Map<Long, Long> fences) {
    dispatches.forEach(d -> fences.merge(d.subtaskId(), d.fence(), Math::max));
    return inHand.values().stream().filter(attempt -> reaches(fences, attempt.dispatch())).toList();
  }

  private static boolean reaches(Map<Long, Long> fences, Dispatch dispatch) {
    return fences.getOrDefault(dispatch.subtaskId(), 0L) >= dispatch.fence();
  }

  /** A command has arrived; no dispatch is taken twice. */
  void take(Partition.Delivery delivery) {
    if (!partitions.contains(delivery.partition())) {
      return;
    }
    SimulatedAttempt attempt = new SimulatedAttempt(world, this, delivery);
    Dispatch dispatch = attempt.dispatch();
    Long newest = newestFences.get(dispatch.subtaskId());
    boolean again = newest != null && newest >= dispatch.fence();
    if (again && !world.has(Fault.A_DISPATCH_IS_TAKEN_TWICE)) {
      delivery.acknowledge();
      return;
    }
    newestFences.put(dispatch.subtaskId(), dispatch.fence());
    inHand.put(dispatch, attempt);
    boolean leftBehind =
        delivery.wasThereBefore()
            && !world.has(Fault.WHAT_WAS_THERE_BEFORE_IS_BEGUN)
            && !world.has(Fault.A_DISPATCH_IS_TAKEN_TWICE);
    if (reaches(canceled, dispatch)) {
      attempt.interrupt(Interruption.CANCELED);
    } else if (stopping || leftBehind || reaches(withdrawn, dispatch)) {
      attempt.interrupt(Interruption.RELEASED);
    } else {
      attempt.run();
    }
  }

  void report(
      SubtaskCommand command, ReportType type, String message, AgentState seen, Runnable kept) {
    world
        .broker()
        .report(
            this,
            new SubtaskReport(
                command.taskId(),
                command.subtaskId(),
                command.attempt(),
                command.fence(),
                id,
                type,
                null,
                message,
                seen,
                List.of()),
            kept);
  }

  void letGo(SimulatedAttempt attempt) {
    inHand.remove(attempt.dispatch(), attempt);
    if (stopping && inHand.isEmpty()) {
      end();
    }
  }

  void assign(List<Integer> numbers) {
    partitions = numbers;
    beat();
  }

  /** Others read these partitions now, and with them what was not begun here. */
  void revoke(Collection<Integer> numbers) {
    for (SimulatedAttempt attempt : List.copyOf(inHand.values())) {
      if (numbers.contains(attempt.partition()) && attempt.withdraw(Interruption.REVOKED)) {
        newestFences.remove(attempt.command().subtaskId());
      }
    }
  }

  /** Begins nothing more, finishes what it can and hands back the rest. */
  void stopInOrder() {
    stopping = true;
    beat();
    List.copyOf(inHand.values()).forEach(one -> one.withdraw(Interruption.RELEASED));
    if (inHand.isEmpty()) {
      end();
    } else {
      after(
          DRAIN,
          () -> List.copyOf(inHand.values()).forEach(one -> one.interrupt(Interruption.RELEASED)));
    }
  }

  private void end() {
    if (!gone) {
      gone = true;
      world.broker().leave(this);
      world.replace(this);
    }
  }

  /** The process is no more; what it has begun on hosts goes on. */
  void crash() {
    gone = true;
    unread.clear();
    world.timeline().round(SimulatedBroker.SESSION, () -> world.broker().leave(this));
    world.replace(this);
  }

  /** It stands still; for the others it is as if it had crashed. */
  void freeze(long duration) {
    frozen = true;
    standsApart(duration);
    world.timeline().after(duration, this::thaw);
  }

  private void thaw() {
    if (gone) {
      return;
    }
    frozen = false;
    List<Runnable> now = List.copyOf(unread);
    unread.clear();
    now.forEach(this::run);
    joinAgain();
  }

  /** Nothing gets to the broker or from there; what it does on hosts goes on. */
  void cutOff(long duration) {
    cutOffUntil = world.millis() + duration;
    standsApart(duration);
    world.timeline().after(duration, () -> run(this::joinAgain));
  }

  private void standsApart(long duration) {
    if (duration > SimulatedBroker.SESSION) {
      world.timeline().round(SimulatedBroker.SESSION, () -> world.broker().leave(this));
    }
  }

  /** It learns that others have read its partitions. */
  private void joinAgain() {
    if (!gone && !stopping && !world.broker().has(this)) {
      partitions = List.of();
      revoke(List.of(0, 1, 2, 3));
      world.broker().join(this);
    }
  }

  boolean isIdle() {
    return inHand.isEmpty();
  }

  boolean isGone() {
    return gone;
  }

  boolean isReachable() {
    return !gone && !frozen && cutOffUntil <= world.millis();
  }
}
