package dev.relight.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
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
 * Rows under one load, one after another: before them what is usual is measured, behind them is
 * calm, and then every invariant is looked at for all that was asked for meanwhile.
 */
final class Round {
  private static final Duration WARM = Duration.ofMinutes(1);
  private static final Duration WELL = Duration.ofMinutes(5);

  /** Longer than a stage may take. */
  private static final Duration END = Duration.ofMinutes(12);

  /** Of the two, where outages are short. */
  private static final Duration SOON = Duration.ofMinutes(2);

  /** So long after a fault it has been felt, if it ever is. */
  private static final Duration CALM = Duration.ofSeconds(5);

  private static final Duration LEAST_LIMIT = Duration.ofSeconds(1);

  /** Small tasks may take so much longer than before. */
  private static final int SLOWER = 4;

  private static final long LOOK_MILLIS = 50;
  private static final int TASKS_IN_FLIGHT = 2;

  /** Small tasks before the first row; the first ones take longer, as all is cold. */
  private static final int COLD = 20;

  private static final int USUAL = 20;

  private final Stack stack;
  private final Witness witness;
  private final Map<Long, HostRecord> records;
  private final double scale;
  private final Accepted accepted = new Accepted();
  private final Map<Row, Phases> phases = new LinkedHashMap<>();
  private final Map<Row, Verdict.Recovery> recoveries = new LinkedHashMap<>();
  private final Probe probe;
  private final Load load;
  private final Scene scene;
  private final Duration limit;
  private Phases last = new Phases();

  /**
   * Returns when the load is there.
   *
   * @param seed of the load, and of what rows leave to chance
   */
  Round(Stack stack, Witness witness, Map<Long, HostRecord> records, long seed, double scale)
      throws IOException, InterruptedException {
    this.stack = stack;
    this.witness = witness;
    this.records = records;
    this.scale = scale;
    witness.begin();
    for (HostRecord record : records.values()) {
      record.begin();
    }
    Client client = stack.client();
    Inventory inventory = stack.inventory();
    probe = new Probe(client, witness, inventory.idle(), accepted);
    load = new Load(client, witness, inventory.real(), accepted, new Random(seed), scale);
    scene = new Scene(stack, witness, probe, accepted, seed, scale);
    await(WARM, () -> isInFlight() && probe.hasDone(COLD + USUAL));
    Duration slower = probe.usual(USUAL).multipliedBy(SLOWER);
    limit = slower.compareTo(LEAST_LIMIT) > 0 ? slower : LEAST_LIMIT;
    last.mark("before");
  }

  /** Plays the row, and mends what it has broken. */
  void play(Row row) throws IOException, InterruptedException {
    if (!phases.isEmpty()) {
      last = new Phases();
    }
    phases.put(row, last);
    long begun = System.currentTimeMillis();
    scene.begin(row);
    try {
      row.fault().on(scene);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      scene.complain("the row itself failed: " + e);
    }
    last.mark("fault");
    Optional<Duration> byItself = wellByItself();
    stack.mend();
    last.mark("mending");
    if (!await(patience(WELL), () -> probe.isWell(scene.from(), limit))) {
      scene.complain("small tasks are not done as soon as before in " + patience(WELL));
    }
    last.mark("recovery");
    List<String> where = probe.whereLateWere(begun, limit);
    where.add(0, row.name());
    Files.write(
        stack.logs().resolve("late.log"),
        where,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    recoveries.put(row, new Verdict.Recovery(byItself.orElseGet(this::late), limit));
    stack.complaints().forEach(scene::complain);
  }

  /** Where it took care of the fault before anybody mended it: processes that start take time. */
  private Optional<Duration> wellByItself() throws InterruptedException {
    long since = scene.from();
    if (scale == 1) {
      Thread.sleep(Math.max(0, since + CALM.toMillis() - System.currentTimeMillis()));
    }
    boolean calm = System.currentTimeMillis() >= since + CALM.toMillis();
    return calm && probe.isWell(since, limit) ? Optional.of(late()) : Optional.empty();
  }

  private Duration late() {
    return Duration.ofMillis(probe.lastLate(scene.from(), limit) - scene.from());
  }

  /** Asks for nothing more, waits for all to end, and tells what does not hold. */
  List<String> end() throws IOException, InterruptedException {
    load.close();
    probe.close();
    await(patience(END), this::allHeardAndEnded);
    last.mark("last tasks");
    List<String> complaints = complaints();
    last.mark("checks");
    return complaints;
  }

  /** What came of a row that was played, as far as it is known by now. */
  Verdict verdict(Row row) {
    List<String> missed = new ArrayList<>();
    Verdict.Recovery recovery = recoveries.get(row);
    Map<String, Long> figures = scene.figures(row, recovery.took(), missed);
    return new Verdict(
        row,
        null,
        scene.complaints(row),
        missed,
        recovery,
        phases.get(row),
        figures,
        witness.tasks().size(),
        scene.takeovers(row).size());
  }

  private List<String> complaints() throws IOException, InterruptedException {
    Collection<TaskFile> tasks = witness.tasks();
    Invariants invariants = new Invariants(tasks, records, scene.crashing());
    invariants.ended();
    invariants.oneAtATime();
    invariants.noneIsDownWithoutNeed();
    invariants.staleReportsChangeNothing(witness.commands(), witness.reports());
    invariants.oneTaskOfAKey(accepted.taskOfKey());
    if (scene.canCompareTimes()) {
      invariants.nothingStartsWhileHeld(load.holds(), witness.reports());
    }
    invariants.stagesInTheirOrder();
    invariants.oneStartEach();
    List<String> complaints = new ArrayList<>(witness.complaints());
    complaints.addAll(invariants.complaints());
    complaints.addAll(new Agreement(stack.client()).of(tasks, witness.mirrored()));
    complaints.addAll(stack.complaints());
    if (accepted.others() > 0) {
      complaints.add(accepted.others() + " requests were refused for no good reason");
    }
    return complaints;
  }

  private boolean isInFlight() {
    return witness.tasks().stream()
            .filter(task -> task.subtaskCount() > TaskFile.OF_ONE_HOST && !task.hasEnded())
            .count()
        >= TASKS_IN_FLIGHT;
  }

  private boolean allHeardAndEnded() {
    Collection<Long> ids = accepted.taskOfKey().values();
    return ids.stream().allMatch(id -> witness.task(id).map(TaskFile::isWhole).orElse(false))
        && witness.tasks().stream().allMatch(TaskFile::isWhole);
  }

  private Duration patience(Duration full) {
    return scale < 1 ? SOON : full;
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
