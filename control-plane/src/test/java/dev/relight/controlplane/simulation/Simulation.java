package dev.relight.controlplane.simulation;

import dev.relight.controlplane.engine.SimulatedEngine;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.Fault;
import dev.relight.controlplane.store.TaskLine;
import dev.relight.controlplane.task.TaskState;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One random schedule of the engine, the broker, workers, hosts and users, in one thread and on a
 * clock of its own; the same seed brings the same.
 *
 * <p>Real are all rules of the engine: its classes from {@code SubmitTask} to {@code Patrol} run as
 * they are, with the plans, the state machines, the ledger, the sweeps and the fleet. Counterparts
 * are the statements of the store ({@code MemoryStore}; {@code MemoryStoreIT} holds them against
 * PostgreSQL), the worker, the host's fence and the broker. Transactions run one after the other
 * here: what locks are for is not part of it.
 */
final class Simulation {
  private static final long TROUBLES = 5_000;
  private static final long PATIENCE = 7_200_000;
  private static final List<TaskKind> KINDS =
      List.of(
          TaskKind.BATCH_RESTART,
          TaskKind.BATCH_RESTART,
          TaskKind.BATCH_STOP,
          TaskKind.RESTART,
          TaskKind.RESTART,
          TaskKind.STOP,
          TaskKind.REFRESH_AGENT);

  private final World world;
  private final Chance chance;
  private final List<Boolean> wereUp = new ArrayList<>();
  private final Map<Long, Integer> orders = new HashMap<>();
  private int planned;
  private long hurriedAt;

  private Simulation(long seed, Set<Fault> faults) {
    world = new World(seed, faults);
    chance = world.chance();
  }

  /** Throws what has gone wrong, if anything has. */
  static void run(long seed, Set<Fault> faults) {
    Simulation simulation = new Simulation(seed, faults);
    try {
      simulation.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(e.getMessage() + simulation.describe(), e);
    }
  }

  private void run() {
    populate();
    while (!isOver()) {
      if (world.isTroublesome()) {
        if (world.millis() > TROUBLES || isDone()) {
          calmDown();
        }
      } else {
        hurryOn();
      }
      world.timeline().step();
      if (world.invariants().broken() != null) {
        throw world.invariants().broken();
      }
      if (world.millis() > PATIENCE) {
        throw new Violation("it does not end");
      }
    }
    Verdict verdict = new Verdict(world, wereUp);
    world.tables().allTasks().forEach(verdict::on);
  }

  /** Where nothing but rounds lies ahead, most of them are left out. */
  private void hurryOn() {
    if (world.timeline().quiet() > 50_000 && world.millis() > hurriedAt + 6_000) {
      world.timeline().pass(45_000);
      hurriedAt = world.millis();
    }
  }

  private void populate() {
    int hosts = 1 + chance.below(4);
    for (int i = 0; i < hosts; i++) {
      boolean up = !chance.oneIn(5);
      wereUp.add(up);
      world.addHost(up);
    }
    for (int i = 1 + chance.below(3); i > 0; i--) {
      world.addWorker();
    }
    for (int i = 1 + chance.below(2); i > 0; i--) {
      plan(chance.between(1, 1_000), this::submit);
    }
    for (int i = chance.below(4); i > 0; i--) {
      plan(chance.between(50, TROUBLES), this::trouble);
    }
    for (int i = chance.below(5); i > 0; i--) {
      plan(chance.between(200, TROUBLES + 3_000), this::operate);
    }
  }

  private void plan(long at, Runnable what) {
    planned++;
    world
        .timeline()
        .at(
            at,
            () -> {
              planned--;
              what.run();
            });
  }

  private void submit() {
    TaskKind kind = chance.of(KINDS);
    int all = world.hosts().size();
    int count = kind.isBatch() ? 1 + chance.below(Math.min(3, all)) : 1;
    int first = chance.below(all - count + 1);
    List<Long> hosts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hosts.add(first + i + 1L);
    }
    world.controlPlane().ask(engine -> engine.submit(kind, hosts), task -> {});
  }

  private void trouble() {
    if (chance.oneIn(6)) {
      world.controlPlane().crash();
      return;
    }
    if (chance.oneIn(6)) {
      world.broker().goAway(world.millis() + chance.between(100, 4_000));
      return;
    }
    if (chance.oneIn(5)) {
      chance.of(world.hosts()).breakDown();
      return;
    }
    if (chance.oneIn(4)) {
      world.broker().repeat();
      return;
    }
    List<SimulatedWorker> fit =
        world.workers().stream().filter(SimulatedWorker::isReachable).toList();
    if (!fit.isEmpty()) {
      trouble(chance.of(fit));
    }
  }

  private void trouble(SimulatedWorker worker) {
    switch (chance.below(4)) {
      case 0 -> worker.crash();
      case 1 -> worker.freeze(chance.between(300, 9_000));
      case 2 -> worker.cutOff(chance.between(300, 9_000));
      default -> worker.stopInOrder();
    }
  }

  private void calmDown() {
    world.calmDown();
    if (planned > 0 || world.tables().allTasks().anyMatch(Simulation::isPaused)) {
      world.timeline().after(chance.between(3_000, 10_000), this::resume);
    }
  }

  private void resume() {
    world
        .tables()
        .allTasks()
        .filter(task -> isPaused(task) && !chance.oneIn(4))
        .forEach(task -> goOn(task.id(), engine -> engine.resume(task.id())));
  }

  private void operate() {
    List<TaskLine> tasks = world.tables().allTasks().toList();
    if (tasks.isEmpty()) {
      return;
    }
    TaskLine task = chance.of(tasks);
    long id = task.id();
    long subtask = anyOf(task);
    switch (chance.below(10)) {
      case 0, 1 -> ask(engine -> engine.retry(id));
      case 2 -> ask(engine -> engine.rollBack(id));
      case 3 -> hold(id, false, engine -> engine.pause(id));
      case 4 -> goOn(id, engine -> engine.resume(id));
      case 5, 6 -> hold(id, true, engine -> engine.cancel(id));
      case 7 -> ask(engine -> engine.retry(id, subtask));
      case 8 -> ask(engine -> engine.skip(id, subtask));
      default -> ask(engine -> engine.cancel(id, subtask));
    }
  }

  /** A failed one, where there is one, most of the time. */
  private long anyOf(TaskLine task) {
    int size = task.plan().subtasks().size();
    long any = task.firstSubtaskId() + chance.below(size);
    for (int i = 0; i < size && !chance.oneIn(20); i++) {
      long id = task.firstSubtaskId() + i;
      if (world.tables().subtask(id).status().hasFailed()) {
        return id;
      }
    }
    return any;
  }

  private void ask(Function<SimulatedEngine, Uni<Void>> what) {
    world.controlPlane().ask(what, done -> {});
  }

  private void goOn(long task, Function<SimulatedEngine, Uni<Void>> what) {
    orders.merge(task, 1, Integer::sum);
    world.invariants().letsGo(task);
    ask(what);
  }

  private void hold(long task, boolean forGood, Function<SimulatedEngine, Uni<Void>> what) {
    int order = orders.merge(task, 1, Integer::sum);
    world.invariants().letsGo(task);
    world
        .controlPlane()
        .ask(
            what,
            done -> {
              TaskState now = world.tables().task(task).state();
              // Unless somebody else wanted something since.
              if (orders.get(task) == order && (forGood || now == TaskState.PAUSED)) {
                world.invariants().holds(task, forGood);
              }
            });
  }

  private boolean isOver() {
    return world.timeline().quiet() == Long.MAX_VALUE
        && world.broker().reports().isEmpty()
        && world.workers().stream().allMatch(SimulatedWorker::isIdle)
        && world.tables().allTasks().allMatch(task -> hasEnded(task) && !isMoving(task));
  }

  /** Nothing is left that could go wrong. */
  private boolean isDone() {
    return planned == 0
        && world.timeline().quiet() > 200
        && world.tables().allTasks().allMatch(Simulation::hasEnded);
  }

  private static boolean hasEnded(TaskLine task) {
    return task.state().hasEnded() || isPaused(task);
  }

  private static boolean isPaused(TaskLine task) {
    return task.state() == TaskState.PAUSED;
  }

  /** What runs in a paused task comes to its end. */
  private boolean isMoving(TaskLine task) {
    for (int number = 0; number < task.plan().subtasks().size(); number++) {
      if (world.tables().subtask(task.firstSubtaskId() + number).status().isStarted()) {
        return true;
      }
    }
    return false;
  }

  private String describe() {
    StringBuilder text = new StringBuilder("\nat " + world.millis() + " ms");
    for (TaskLine task : world.tables().allTasks().toList()) {
      text.append('\n').append(task.describe());
      for (int number = 0; number < task.plan().subtasks().size(); number++) {
        text.append("\n  ")
            .append(world.tables().subtask(task.firstSubtaskId() + number).describe());
      }
    }
    for (SimulatedHost host : world.hosts()) {
      text.append("\nhost ").append(host.id()).append(' ').append(host.deeds());
    }
    world
        .tables()
        .events()
        .forEach(e -> text.append('\n').append(world.read(e.data(), Object.class)));
    return text.toString();
  }
}
