package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Dispatches.Seat;
import dev.relight.model.WorkerHeartbeat;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this control plane knows of the workers from their heartbeats, to send work where a slot is
 * free. It may be wrong without harm: a command that finds no free slot waits at its worker.
 */
@ApplicationScoped
public class Fleet {
  /** So many commands go to the same partition: what shares one costs Kafka a fraction. */
  private static final int IN_A_ROW = 100;

  private final EngineConfig config;
  private final LongSupplier nanoTime;
  private final Map<String, Member> members = new HashMap<>();

  private static final class Member {
    private WorkerHeartbeat heartbeat;
    private long heardAt;
    private int free;
    private int turn;
    private int looks;
  }

  /** What workers have together. */
  record Room(int workers, int slots, int free) {
    static final Room NONE = new Room(0, 0, 0);

    private Room plus(Room other) {
      return new Room(workers + other.workers, slots + other.slots, free + other.free);
    }
  }

  @Inject
  Fleet(EngineConfig config) {
    this(config, System::nanoTime);
  }

  Fleet(EngineConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.nanoTime = nanoTime;
  }

  /** Takes over what a worker says of itself. */
  public synchronized void heard(WorkerHeartbeat heartbeat) {
    Member member = members.computeIfAbsent(heartbeat.worker(), id -> new Member());
    member.heartbeat = heartbeat;
    member.heardAt = nanoTime.getAsLong();
    member.free = heartbeat.free();
    member.looks = heartbeat.stopping() ? 0 : heartbeat.looks();
  }

  /** One of the worker's commands ended. */
  synchronized void freed(String worker) {
    Member member = members.get(worker);
    if (member != null) {
      member.free = Math.min(member.free + 1, member.heartbeat.slots());
    }
  }

  /** Takes a slot of the worker of the pool that has the most of them free. */
  synchronized Optional<Seat> seat(String pool) {
    return withRoom()
        .filter(member -> member.heartbeat.pool().equals(pool))
        .max(Comparator.comparingInt(member -> member.free))
        .map(Fleet::take);
  }

  /** The pools in which a slot is free. */
  synchronized Set<String> poolsWithRoom() {
    return withRoom().map(member -> member.heartbeat.pool()).collect(Collectors.toSet());
  }

  /** What the live workers of each pool have, by pool. */
  synchronized Map<String, Room> rooms() {
    return live()
        .collect(
            Collectors.toMap(
                member -> member.heartbeat.pool(),
                member -> new Room(1, member.heartbeat.slots(), member.free),
                Room::plus));
  }

  /** The profiles that live workers of the pool know; empty where none has told. */
  public synchronized Set<String> profiles(String pool) {
    return live()
        .map(member -> member.heartbeat)
        .filter(heartbeat -> heartbeat.pool().equals(pool) && heartbeat.profiles() != null)
        .flatMap(heartbeat -> heartbeat.profiles().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those of its profiles that cannot stop an agent, as a live worker of the pool says. */
  synchronized Set<String> restartOnly(String pool) {
    return live()
        .map(member -> member.heartbeat)
        .filter(heartbeat -> heartbeat.pool().equals(pool) && heartbeat.restartOnly() != null)
        .flatMap(heartbeat -> heartbeat.restartOnly().stream())
        .collect(Collectors.toSet());
  }

  /** At how many hosts the workers of each pool have time to look. */
  synchronized Map<String, Integer> roomToLook() {
    return live()
        .filter(member -> member.looks > 0)
        .collect(
            Collectors.groupingBy(
                member -> member.heartbeat.pool(), Collectors.summingInt(m -> m.looks)));
  }

  /** Takes a look of the worker of the pool that has the most of them free. */
  synchronized Optional<String> looker(String pool) {
    return live()
        .filter(member -> member.looks > 0 && member.heartbeat.pool().equals(pool))
        .max(Comparator.comparingInt(member -> member.looks))
        .map(
            member -> {
              member.looks--;
              return member.heartbeat.worker();
            });
  }

  private Stream<Member> live() {
    long oldest = nanoTime.getAsLong() - config.lease().toNanos();
    members.values().removeIf(member -> member.heardAt - oldest < 0);
    return members.values().stream();
  }

  private Stream<Member> withRoom() {
    return live()
        .filter(member -> member.free > 0)
        .filter(member -> !member.heartbeat.stopping() && !member.heartbeat.partitions().isEmpty());
  }

  private static Seat take(Member member) {
    member.free--;
    List<Integer> partitions = member.heartbeat.partitions();
    member.turn = (member.turn + 1) % (partitions.size() * IN_A_ROW);
    return new Seat(member.heartbeat.worker(), partitions.get(member.turn / IN_A_ROW));
  }
}
