package dev.relight.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Rows while they are played: what they may break, by how much, and what they have to say of it.
 */
final class Scene {
  /** Something that is measured when all is calm again. */
  interface Figure {
    /** In milliseconds; negative where there was nothing to measure. */
    long measure();
  }

  /** So long after PostgreSQL or Kafka is back, all goes at the full rate. */
  static final Duration OUTAGE_FORGOTTEN = Duration.ofSeconds(10);

  /** Half a lease: who is heard so often keeps it, however slow the machine is. */
  private static final Duration HEARD = Duration.ofMillis(1_500);

  private static final Duration FELT = Duration.ofMinutes(10);
  private static final long LOOK_MILLIS = 50;

  private record Target(Figure figure, Duration limit) {}

  /** From the moment in which a row begins to break something until the next one does. */
  private static final class Act {
    private final long begun = System.currentTimeMillis();
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long ended = Long.MAX_VALUE;
    private long from = begun;
    private Optional<Duration> wellWithin = Optional.empty();
    private boolean takeoversForbidden;
    private boolean failuresForbidden;

    private boolean has(long at) {
      return at > begun && at <= ended;
    }
  }

  private final Stack stack;
  private final Witness witness;
  private final Probe probe;
  private final long seed;
  private final double scale;
  private final Set<Long> crashing = new HashSet<>();
  private final Accepted accepted;
  private final Map<Row, Act> acts = new LinkedHashMap<>();
  private Act act = new Act();
  private Random random;
  private boolean timesWrong;

  Scene(Stack stack, Witness witness, Probe probe, Accepted accepted, long seed, double scale) {
    this.stack = stack;
    this.witness = witness;
    this.probe = probe;
    this.accepted = accepted;
    this.seed = seed;
    this.random = new Random(seed);
    this.scale = scale;
  }

  Stack stack() {
    return stack;
  }

  Witness witness() {
    return witness;
  }

  Accepted accepted() {
    return accepted;
  }

  Random random() {
    return random;
  }

  /** One of them, by chance. */
  <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** So many, or fewer where there is no time. */
  int count(int full, int least) {
    return Math.max(least, (int) Math.round(full * scale));
  }

  /** Lets time go by: so many seconds, or fewer where there is no time. */
  void pass(double full, double least) throws InterruptedException {
    Thread.sleep(duration(full, least).toMillis());
  }

  Duration duration(double full, double least) {
    return Duration.ofMillis((long) (1_000 * Math.max(least, full * scale)));
  }

  /** The recovery is counted from here: the fault is there, or where it lasts, it is over. */
  long now() {
    act.from = System.currentTimeMillis();
    return act.from;
  }

  /** Of the row that is played. */
  long from() {
    return act.from;
  }

  /**
   * Something that must not take longer in a run of full length; the longest of one name counts.
   */
  void target(String name, Duration limit, Figure figure) {
    act.targets.merge(
        name,
        new Target(figure, limit),
        (one, other) ->
            new Target(() -> Math.max(one.figure.measure(), other.figure.measure()), limit));
  }

  /**
   * Of the tasks that were begun in that time on hosts without an agent, in milliseconds; negative
   * without any.
   */
  long longestSmallTask(long from, long to) {
    long now = System.currentTimeMillis();
    return witness.tasks().stream()
        .filter(task -> task.begunAt() >= from && task.begunAt() < to)
        .filter(task -> stack.inventory().idle().containsAll(task.hosts()))
        .mapToLong(task -> (task.endedAt() == 0 ? now : task.endedAt()) - task.begunAt())
        .max()
        .orElse(-1);
  }

  /** The same of the longest that a user waits for a small task, of those that the moment finds. */
  void targetFrom(long moment, Duration limit) {
    long to = System.currentTimeMillis();
    target("tasks meanwhile, longest", limit, () -> probe.longest(moment, to));
  }

  /** All is to be as before so soon after {@link #now()}, in a run of full length. */
  void targetWellAgain(Duration limit) {
    act.wellWithin = Optional.of(limit);
  }

  /** Nobody may be taken for dead. */
  void expectNoTakeovers() {
    act.takeoversForbidden = true;
  }

  /** Nothing that was asked for may fail. */
  void expectNoFailures() {
    act.failuresForbidden = true;
  }

  /** Somebody's clock is wrong, so that times of two cannot be compared. */
  void timesAreWrong() {
    timesWrong = true;
  }

  boolean canCompareTimes() {
    return !timesWrong;
  }

  /** The agent of that host does not stay up. */
  void crashes(long host) {
    crashing.add(host);
  }

  Set<Long> crashing() {
    return crashing;
  }

  /** Waits until somebody has felt the fault, as one that nobody feels shows nothing. */
  void awaitFelt(Callable<Boolean> felt) throws Exception {
    long deadline = System.nanoTime() + FELT.toNanos();
    while (!felt.call()) {
      if (System.nanoTime() - deadline > 0) {
        complain("the fault did not bite: nobody has felt it in " + FELT);
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  void complain(String complaint) {
    act.complaints.add(complaint);
  }

  /** The row begins to break something. */
  void begin(Row row) {
    act.ended = System.currentTimeMillis();
    act = new Act();
    acts.put(row, act);
    // Of its own, or rows would break the same thing each, and another one beside other rows.
    random = new Random(31 * seed + row.name().hashCode());
  }

  /** What the row itself finds wrong, now that all is calm. */
  List<String> complaints(Row row) {
    Act of = acts.get(row);
    List<String> all = new ArrayList<>(of.complaints);
    if (of.failuresForbidden) {
      witness.tasks().stream()
          .filter(task -> task.status().equals("FAILED") && of.has(task.endedAt()))
          .forEach(task -> all.add("task " + task.id() + " FAILED"));
    }
    takeovers(row).stream()
        .filter(takeover -> of.takeoversForbidden && wasHeard(takeover))
        .forEach(takeover -> all.add("taken over, though it was heard all along: " + takeover));
    return all;
  }

  /** The row's figures, in milliseconds, and those that are above their limit. */
  Map<String, Long> figures(Row row, Duration recovery, List<String> missed) {
    Act of = acts.get(row);
    Map<String, Long> figures = new LinkedHashMap<>();
    of.wellWithin
        .filter(limit -> recovery.compareTo(limit) > 0)
        .ifPresent(limit -> missed.add(late("well again", recovery.toMillis(), limit)));
    // On a machine that keeps somebody waiting for a whole lease, he is taken for dead with reason.
    takeovers(row).stream()
        .filter(takeover -> of.takeoversForbidden && !wasHeard(takeover))
        .forEach(takeover -> missed.add("taken over, though nobody was dead: " + takeover));
    of.targets.forEach(
        (name, target) -> {
          long measured = target.figure.measure();
          if (measured >= 0) {
            figures.put(name, measured);
          }
          if (measured > target.limit.toMillis()) {
            missed.add(late(name, measured, target.limit));
          }
        });
    return figures;
  }

  private static String late(String name, long millis, Duration limit) {
    return "%s: %d ms, may take %s".formatted(name, millis, limit);
  }

  /** What was taken over while the row was played. */
  List<Reports.Takeover> takeovers(Row row) {
    Act of = acts.get(row);
    return new Reports(witness)
        .takeovers().stream().filter(takeover -> of.has(takeover.by().at())).toList();
  }

  private boolean wasHeard(Reports.Takeover takeover) {
    Witness.Report from = takeover.from();
    Duration silence = witness.longestSilence(from.worker(), from.at(), takeover.by().at());
    return silence.compareTo(HEARD) < 0;
  }
}
