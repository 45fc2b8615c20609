package dev.relight.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Plays rows on one system, one after another: a load, the row's fault in the middle of it, then
 * calm, then every invariant for all that was asked for meanwhile.
 */
final class Trial implements AutoCloseable {
  private static final Duration WARM = Duration.ofMinutes(1);
  private static final Duration WELL = Duration.ofMinutes(5);

  /** Longer than a stage may take. */
  private static final Duration END = Duration.ofMinutes(12);

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

  /**
   * Plays rows one after another, under one load; whatever must hold is looked at once, after all
   * of them. What they are broken by depends on the seed alone.
   */
  List<Verdict> play(List<Row> asked, long seed) throws Exception {
    List<Verdict> verdicts = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (Row row : asked) {
      row.needs()
          .missing(stack)
          .ifPresentOrElse(why -> verdicts.add(Verdict.leftOut(row, why)), () -> rows.add(row));
    }
    if (!rows.isEmpty()) {
      verdicts.addAll(playAll(rows, seed));
    }
    return verdicts;
  }

  private List<Verdict> playAll(List<Row> rows, long seed) throws Exception {
    witness.begin();
    for (HostRecord record : records.values()) {
      record.begin();
    }
    Accepted accepted = new Accepted();
    Scene scene = new Scene(stack, witness, accepted, seed, scale);
    Client client = stack.client();
    Map<Row, Phases> phases = new LinkedHashMap<>();
    Map<Row, Duration> recoveries = new LinkedHashMap<>();
    Phases last = new Phases();
    List<Load.Hold> holds;
    Probe probe = new Probe(client, witness, stack.inventory().idle(), accepted);
    try (probe) {
      Load load =
          new Load(client, witness, stack.inventory().real(), accepted, new Random(seed), scale);
      try (load) {
        await(WARM, () -> isInFlight() && probe.hasDone(PROBES_BEFORE));
        Duration limit = limit(probe);
        last.mark("before");
        for (Row row : rows) {
          phases.put(row, last);
          recoveries.put(row, recovery(row, scene, probe, limit, last));
          last = new Phases();
        }
      }
      holds = load.holds();
    }
    await(patience(END), () -> allHeardAndEnded(accepted));
    Phases end = phases.get(rows.get(rows.size() - 1));
    end.mark("last tasks");
    List<String> common = complaints(scene, accepted, holds);
    end.mark("checks");
    return rows.stream()
        .map(row -> verdict(row, scene, recoveries.get(row), phases.get(row)))
        .map(verdict -> verdict.row() == rows.get(rows.size() - 1) ? verdict.and(common) : verdict)
        .toList();
  }

  /** Plays one of them, and mends what it has broken. */
  private Duration recovery(Row row, Scene scene, Probe probe, Duration limit, Phases phases)
      throws Exception {
    scene.begin(row);
    try {
      row.fault().on(scene);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      scene.complain("the row itself failed: " + e);
    }
    phases.mark("fault");
    stack.mend();
    phases.mark("mending");
    if (!await(patience(WELL), () -> probe.isWell(limit))) {
      scene.complain("small tasks are not done as soon as before in " + patience(WELL));
    }
    phases.mark("recovery");
    stack.complaints().forEach(scene::complain);
    return Duration.ofMillis(probe.lastLate(scene.from(), limit) - scene.from());
  }

  @Override
  public void close() {
    witness.close();
  }

  /** What does not hold. */
  private List<String> complaints(Scene scene, Accepted accepted, List<Load.Hold> holds)
      throws IOException, InterruptedException {
    Collection<TaskFile> tasks = witness.tasks();
    Invariants invariants = new Invariants(tasks, records, scene.crashing());
    invariants.ended();
    invariants.oneAtATime();
    invariants.noneIsDownWithoutNeed();
    invariants.staleReportsChangeNothing(witness.commands(), witness.reports());
    invariants.oneTaskOfAKey(accepted.taskOfKey());
    if (scene.canCompareTimes()) {
      invariants.nothingStartsWhileHeld(holds, witness.reports());
    }
    invariants.stagesInTheirOrder();
    invariants.oneStartEach();
    List<String> complaints = new ArrayList<>(witness.complaints());
    complaints.addAll(stack.complaints());
    complaints.addAll(invariants.complaints());
    complaints.addAll(new Agreement(stack.client()).of(tasks, witness.mirrored()));
    if (accepted.others() > 0) {
      complaints.add(accepted.others() + " requests were refused for no good reason");
    }
    return complaints;
  }

  private Verdict verdict(Row row, Scene scene, Duration recovery, Phases phases) {
    List<String> missed = new ArrayList<>();
    Map<String, Long> figures = scene.figures(row, missed);
    return new Verdict(
        row,
        null,
        scene.complaints(row),
        missed,
        recovery,
        phases,
        figures,
        witness.tasks().size(),
        scene.takeovers(row).size());
  }

  private boolean isInFlight() {
    return witness.tasks().stream()
            .filter(task -> task.subtaskCount() > TaskFile.OF_ONE_HOST && !task.hasEnded())
            .count()
        >= TASKS_IN_FLIGHT;
  }

  private boolean allHeardAndEnded(Accepted accepted) {
    Collection<Long> ids = accepted.taskOfKey().values();
    return ids.stream().allMatch(id -> witness.task(id).map(TaskFile::isWhole).orElse(false))
        && witness.tasks().stream().allMatch(TaskFile::isWhole);
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
  private static boolean await(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - deadline < 0) {
      if (condition.getAsBoolean()) {
        return true;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return condition.getAsBoolean();
  }
}
