package dev.relight.controlplane.simulation;

import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Fault;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import java.util.ArrayList;
import java.util.List;

/**
 * The counterpart of Kafka: keeps what it has taken, in order for each sender and receiver and in
 * any order beside that; takes its time; can be away; and delivers commands again when a partition
 * gets another reader.
 */
final class SimulatedBroker {
  static final long SESSION = 6_000;
  private static final int PARTITIONS = 4;
  private static final long TRY_AGAIN = 500;
  private static final int LATE_ONES = 200;
  private static final int LATEST = 5_000;

  private final World world;
  private final List<Partition> partitions = new ArrayList<>();
  private final List<SimulatedWorker> members = new ArrayList<>();
  private final List<SubtaskReport> reports = new ArrayList<>();
  private final List<WorkerHeartbeat> heartbeats = new ArrayList<>();
  private final List<SubtaskReport> said = new ArrayList<>();
  private final List<WorkerControl> told = new ArrayList<>();
  private long awayUntil = -1_000;
  private long lastKept;

  SimulatedBroker(World world) {
    this.world = world;
    for (int number = 0; number < PARTITIONS; number++) {
      partitions.add(new Partition(world, number));
    }
  }

  void goAway(long until) {
    awayUntil = Math.max(awayUntil, until);
  }

  boolean isAway() {
    return awayUntil > world.millis();
  }

  /** When something gets there that is sent now. */
  private long arrival() {
    long delay = world.chance().oneIn(30) ? 400 : 10;
    return Math.max(world.millis(), awayUntil) + world.chance().between(1, delay);
  }

  /** In the order in which it was sent. */
  void toWorker(SimulatedWorker worker, Runnable what) {
    world.timeline().at(worker.received(arrival()), () -> worker.run(what));
  }

  /** What workers are told twice a second. */
  void answer(WorkerControl control) {
    long kept = keep();
    world.timeline().round(kept - world.millis(), () -> told.add(control));
    for (SimulatedWorker worker : world.workers()) {
      long arrival = worker.received(later(kept));
      world
          .timeline()
          .round(arrival - world.millis(), () -> worker.run(() -> worker.hear(control)));
    }
  }

  /** All that is said to workers is kept in one order. */
  private long keep() {
    lastKept = Math.max(lastKept, arrival());
    return lastKept;
  }

  private long later(long time) {
    return time + world.chance().between(1, world.chance().oneIn(30) ? 400 : 10);
  }

  private void hears(SimulatedWorker worker, WorkerControl control) {
    long arrival = worker.received(later(world.millis()));
    world.timeline().at(arrival, () -> worker.run(() -> worker.hear(control)));
  }

  void publish(List<Addressed> commands) {
    for (Addressed addressed : commands) {
      // Now and then one is tried again and again before the broker has it.
      long late = world.chance().oneIn(LATE_ONES) ? world.chance().between(1, LATEST) : 0;
      world
          .timeline()
          .at(
              arrival() + late,
              () -> partitions.get(addressed.partition()).append(addressed.command()));
    }
  }

  /** Answers when it is kept. */
  long tell(WorkerControl control) {
    long kept = keep();
    world
        .timeline()
        .at(
            kept,
            () -> {
              told.add(control);
              world.workers().forEach(worker -> hears(worker, control));
            });
    return kept;
  }

  /** Tells the worker when it is kept. */
  void report(SimulatedWorker worker, SubtaskReport report, Runnable kept) {
    world
        .timeline()
        .at(
            worker.sent(arrival()),
            () -> {
              if (worker.isGone() && world.chance().oneIn(2)) {
                return;
              }
              reports.add(report);
              said.add(report);
              world.controlPlane().readSoon();
              worker.run(kept);
            });
  }

  void beat(SimulatedWorker worker, WorkerHeartbeat heartbeat) {
    world
        .timeline()
        .round(
            worker.sent(arrival()) - world.millis(),
            () -> {
              heartbeats.add(heartbeat);
              world.controlPlane().readSoon();
            });
  }

  /** Something that was said before is read once more. */
  void repeat() {
    if (!said.isEmpty()) {
      reports.add(world.chance().of(said));
      world.controlPlane().readSoon();
    }
  }

  /** Reports that were not acknowledged yet. */
  List<SubtaskReport> reports() {
    return reports;
  }

  List<WorkerHeartbeat> heartbeats() {
    return heartbeats;
  }

  void join(SimulatedWorker worker) {
    if (!members.contains(worker)) {
      if (!world.has(Fault.A_NEW_WORKER_HAS_HEARD_NOTHING)) {
        told.forEach(control -> worker.run(() -> worker.hear(control)));
      }
      members.add(worker);
      rebalance();
    }
  }

  void leave(SimulatedWorker worker) {
    if (members.remove(worker)) {
      rebalance();
    }
  }

  boolean has(SimulatedWorker worker) {
    return members.contains(worker);
  }

  private void rebalance() {
    if (isAway()) {
      world.timeline().round(awayUntil - world.millis(), this::rebalance);
      return;
    }
    List<SimulatedWorker> readers = new ArrayList<>();
    boolean complete = true;
    for (Partition partition : partitions) {
      SimulatedWorker before = partition.owner();
      SimulatedWorker next =
          members.isEmpty() ? null : members.get(partition.number() % members.size());
      // A member keeps its partitions until it has heard that it is to let go of them.
      boolean waits = next != before && members.contains(before) && !before.isReachable();
      complete &= !waits;
      readers.add(waits ? before : next);
    }
    if (!complete) {
      world.timeline().round(TRY_AGAIN, this::rebalance);
    }
    for (Partition partition : partitions) {
      SimulatedWorker before = partition.owner();
      if (before != null && before != readers.get(partition.number()) && before.isReachable()) {
        before.revoke(List.of(partition.number()));
      }
    }
    for (SimulatedWorker member : members) {
      List<Integer> numbers =
          partitions.stream()
              .map(Partition::number)
              .filter(number -> readers.get(number) == member)
              .toList();
      member.run(() -> member.assign(numbers));
    }
    for (Partition partition : partitions) {
      SimulatedWorker reader = readers.get(partition.number());
      if (reader != partition.owner()) {
        partition.give(reader);
      }
    }
  }
}
