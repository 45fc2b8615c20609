package dev.relight.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Plays rows on one system, one after another: a load, the row's fault in the middle of it, then
 * calm, then every invariant for all that was asked for meanwhile.
 */
final class Trial implements AutoCloseable {
  private static final Duration WARM = Duration.ofMinutes(1);
  private static final Duration WELL = Duration.ofMinutes(5);
  private static final Duration END = Duration.ofMinutes(8);

  /** Of the two, where outages are short. */
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final Duration LEAST_LIMIT = Duration.ofSeconds(1);

  /** Small tasks may take so much longer than before. */
  private static final int SLOWER = 4;

  private static final long LOOK_MILLIS = 50;
  private static final int TASKS_IN_FLIGHT = 2;
  private static final int PROBES_BEFORE = 5;

  private final Stack stack;
  private final Witness witness;
  private final Map<Long, HostRecord> records = new LinkedHashMap<>();
  private final double scale;

  Trial(Stack stack, double scale) throws Exception {
    this.stack = stack;
    this.scale = scale;
    witness = new Witness(stack.cluster().direct());
    for (long id : stack.inventory().real()) {
      records.put(id, new HostRecord(stack.inventory().host(id)));
    }
  }

  /** Plays a row; what it is broken by depends on the seed alone. */
  Verdict play(Row row, long seed) throws Exception {
    Optional<String> missing = row.needs().missing(stack);
    if (missing.isPresent()) {
      return Verdict.leftOut(row, missing.get());
    }
    Phases phases = new Phases();
    Random random = new Random(seed);
    witness.begin();
    for (HostRecord record : records.values()) {
      record.begin();
    }
    Accepted accepted = new Accepted();
    Scene scene = new Scene(stack, witness, accepted, random, scale);
    Client client = stack.client();
    Duration recovery;
    List<Load.Hold> holds;
    Probe probe = new Probe(client, witness, stack.inventory().idle(), accepted);
    try (probe) {
      Load load = new Load(client, witness, stack.inventory().real(), accepted, random, scale);
      try (load) {
        await(WARM, () -> isInFlight() && probe.hasDone(PROBES_BEFORE));
        Duration limit = limit(probe);
        phases.mark("before");
        scene.begin();
        row.fault().on(scene);
        phases.mark("fault");
        stack.mend();
        phases.mark("mending");
        await(patience(WELL), () -> probe.isWell(limit));
        phases.mark("recovery");
        recovery = Duration.ofMillis(probe.lastLate(scene.from(), limit) - scene.from());
      }
      holds = load.holds();
    }
    await(patience(END), () -> allHeardAndEnded(accepted));
    phases.mark("last tasks");
    return verdict(row, scene, accepted, holds, recovery, phases);
  }

  @Override
  public void close() {
    witness.close();
  }

  private Verdict verdict(
      Row row,
      Scene scene,
      Accepted accepted,
      List<Load.Hold> holds,
      Duration recovery,
      Phases phases)
      throws Exception {
    Collection<TaskFile> tasks = witness.tasks();
    Invariants invariants = new Invariants(tasks, records, scene.crashing());
    invariants.ended();
    invariants.oneAtATime();
    invariants.staleReportsChangeNothing(witness.commands(), witness.reports());
    invariants.oneTaskOfAKey(accepted.taskOfKey());
    if (scene.canCompareTimes()) {
      invariants.nothingStartsWhileHeld(holds, witness.reports());
    }
    invariants.stagesInTheirOrder();
    invariants.oneStartEach();
    List<String> complaints = new ArrayList<>(witness.complaints());
    complaints.addAll(invariants.complaints());
    complaints.addAll(new Agreement(stack.client()).of(tasks, witness.mirrored()));
    complaints.addAll(scene.complaints());
    if (accepted.others() > 0) {
      complaints.add(accepted.others() + " requests were refused for no good reason");
    }
    List<String> missed = new ArrayList<>();
    Map<String, Long> figures = scene.figures(missed);
    phases.mark("checks");
    int takeovers = new Reports(witness.reports()).takeovers().size();
    return new Verdict(
        row,
        null,
        complaints,
        missed,
        recovery,
        phases,
        figures,
        tasks.size(),
        accepted.refused(),
        takeovers);
  }

  private boolean isInFlight() {
    return witness.tasks().stream()
            .filter(task -> task.subtaskCount() > TaskFile.OF_ONE_HOST && !task.hasEnded())
            .count()
        >= TASKS_IN_FLIGHT;
  }

  private boolean allHeardAndEnded(Accepted accepted) {
    Collection<Long> ids = accepted.taskOfKey().values();
    return ids.stream().allMatch(id -> witness.task(id).map(TaskFile::hasEnded).orElse(false))
        && witness.tasks().stream().allMatch(TaskFile::hasEnded);
  }

  private Duration patience(Duration full) {
    return scale < 1 ? SOON : full;
  }

  private static Duration limit(Probe probe) {
    List<Long> delays = probe.delays(0, Long.MAX_VALUE);
    Duration usual = Duration.ofMillis(delays.get(delays.size() / 2));
    Duration slower = usual.multipliedBy(SLOWER);
    return slower.compareTo(LEAST_LIMIT) > 0 ? slower : LEAST_LIMIT;
  }

  /** Until it is so, or the time is over: then the invariants have something to say. */
  private static void await(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
