package dev.relight.controlplane.simulation;

import dev.relight.controlplane.engine.Committed;
import dev.relight.controlplane.engine.SimulatedEngine;
import dev.relight.controlplane.engine.SimulatedEngine.Patience;
import dev.relight.controlplane.engine.SimulatedEngine.Stores;
import dev.relight.controlplane.engine.SimulatedEngine.Time;
import dev.relight.controlplane.engine.TellWorkers;
import dev.relight.controlplane.store.Fault;
import dev.relight.controlplane.store.SubtaskLine;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A process of the control plane around the real engine: the counterpart of its consumers and
 * publishers. It can die between any two transactions, and between one and what is told of it.
 */
final class SimulatedControlPlane {
  private static final Duration REPUBLISH = Duration.ofSeconds(10);
  private static final long ROUND = 1_000;

  private final World world;
  private final Patience patience;
  private SimulatedEngine engine;
  private int lives;
  private boolean readingSoon;

  SimulatedControlPlane(World world) {
    this.world = world;
    int takeovers = world.chance().oneIn(4) ? 1 : 5;
    this.patience =
        new Patience(
            Duration.ofMillis(World.LEASE), takeovers, REPUBLISH, Duration.ofMillis(ROUND), 100);
    start();
    world.timeline().round(ROUND, this::round);
  }

  void start() {
    int life = ++lives;
    Consumer<Committed> told = committed -> committed(life, committed);
    Time time =
        new Time(
            world.timeline()::nanos,
            new Timer((delay, what) -> world.timeline().after(delay, () -> inLife(life, what))));
    Stores stores = Stores.of(world.store(() -> isAlive(life)));
    engine = new SimulatedEngine(stores, patience, time, told, withdrawing(life));
    readSoon();
  }

  private TellWorkers withdrawing(int life) {
    return dispatches ->
        Uni.createFrom()
            .emitter(
                emitter -> {
                  WorkerControl control = new WorkerControl(Map.of(), List.of(), dispatches);
                  long kept = world.broker().tell(control);
                  world.timeline().at(kept, () -> inLife(life, () -> emitter.complete(null)));
                });
  }

  private void inLife(int life, Runnable what) {
    if (isAlive(life)) {
      what.run();
    }
  }

  private boolean isAlive(int life) {
    return engine != null && life == lives;
  }

  void crash() {
    if (engine != null) {
      engine = null;
      world.timeline().after(world.chance().between(200, 4_000), this::start);
    }
  }

  private void committed(int life, Committed committed) {
    if (!isAlive(life)) {
      throw new CancellationException();
    }
    if (world.isTroublesome() && world.chance().oneIn(400)) {
      crash();
      throw new CancellationException();
    }
    if (!world.isTroublesome() || !world.chance().oneIn(100)) {
      world.broker().publish(committed.commands());
    }
    if (!committed.canceled().isEmpty()) {
      world.broker().tell(new WorkerControl(Map.of(), committed.canceled(), List.of()));
    }
  }

  /** Does something of the engine; what fails with more than a refusal is an error of ours. */
  private <T> void run(Uni<T> work, Consumer<T> done) {
    int life = lives;
    work.subscribe()
        .with(
            done,
            failure -> {
              if (isAlive(life) && !(failure instanceof CancellationException)) {
                world.invariants().broke(failure);
              }
            });
  }

  /** What a user asks for; nothing is answered where nobody is there to answer. */
  <T> void ask(Function<SimulatedEngine, Uni<T>> what, Consumer<T> answered) {
    if (engine != null) {
      what.apply(engine).subscribe().with(answered, this::refused);
    }
  }

  private void refused(Throwable failure) {
    boolean asExpected = failure instanceof CancellationException || failure instanceof Refusal;
    if (!asExpected) {
      world.invariants().broke(failure);
    }
  }

  private void round() {
    world.timeline().round(ROUND, this::round);
    if (engine == null) {
      return;
    }
    SimulatedBroker broker = world.broker();
    if (world.tables().allTasks().noneMatch(task -> task.live() > 0)) {
      return;
    }
    engine.look(!broker.isAway() && broker.reports().isEmpty() && broker.heartbeats().isEmpty());
    run(engine.announce(), done -> {});
    run(engine.patrol(), done -> {});
  }

  void readSoon() {
    if (!readingSoon) {
      readingSoon = true;
      world
          .timeline()
          .round(
              world.chance().between(1, 20),
              () -> {
                readingSoon = false;
                read();
              });
    }
  }

  private void read() {
    if (engine != null && !world.broker().reports().isEmpty()) {
      readReports();
    }
    if (engine != null && !world.broker().heartbeats().isEmpty()) {
      List<WorkerHeartbeat> heard = List.copyOf(world.broker().heartbeats());
      world.broker().heartbeats().clear();
      run(engine.hear(heard), control -> world.broker().answer(control));
    }
  }

  private void readReports() {
    List<SubtaskReport> batch = List.copyOf(world.broker().reports());
    world.invariants().applies(batch);
    run(
        engine.apply(world.has(Fault.STALE_REPORTS_COUNT) ? asIfNew(batch) : batch),
        done -> {
          if (world.isTroublesome() && world.chance().oneIn(300)) {
            crash();
          } else {
            world.broker().reports().subList(0, batch.size()).clear();
          }
        });
    world.invariants().applied();
  }

  private List<SubtaskReport> asIfNew(List<SubtaskReport> batch) {
    return batch.stream()
        .map(
            report -> {
              SubtaskLine line = world.tables().subtask(report.subtaskId());
              return new SubtaskReport(
                  report.taskId(),
                  report.subtaskId(),
                  report.attempt(),
                  line.fence(),
                  report.worker(),
                  report.type(),
                  report.at(),
                  report.message(),
                  report.observed(),
                  report.log());
            })
        .toList();
  }
}
