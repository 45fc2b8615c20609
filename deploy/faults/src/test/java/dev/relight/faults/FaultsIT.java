package dev.relight.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rows of the matrix with short outages, on one system, several under one load, and then three
 * random schedules, the same ones each time; or those of {@code -Dfaults.rows=NAME,NAME} and {@code
 * -Dfaults.schedules=N} alone. What is left out says so. How long recoveries may take is for
 * machines that have nothing else to do: {@code deploy/local/faults}.
 */
class FaultsIT {
  private static final double SCALE =
      Double.parseDouble(System.getProperty("faults.scale", "0.05"));
  private static final String ROWS = System.getProperty("faults.rows", "");
  private static final int SCHEDULES =
      Integer.getInteger("faults.schedules", ROWS.isEmpty() ? 3 : 0);
  private static final long FIRST_SCHEDULE = 1;

  private static Stack stack;
  private static Trial trial;

  @BeforeAll
  static void start() throws Exception {
    Main.hush();
    stack = Stack.start(null);
    trial = new Trial(stack, SCALE);
  }

  @AfterAll
  static void end() {
    if (trial != null) {
      trial.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> keepsItsPromisesWhile() {
    long seed = Long.getLong("faults.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    System.out.println("Faults with seed " + seed);
    Set<Row> wanted =
        ROWS.isEmpty()
            ? Set.copyOf(Rows.all())
            : Stream.of(ROWS.split(",")).map(Rows::named).collect(Collectors.toSet());
    Stream<List<Row>> groups =
        Rows.groups().stream()
            .map(group -> group.stream().filter(wanted::contains).toList())
            .filter(group -> !group.isEmpty());
    Stream<List<Row>> schedules = Schedule.groups(FIRST_SCHEDULE, SCHEDULES, SCHEDULES).stream();
    return Stream.concat(groups, schedules).flatMap(group -> new Group(group, seed).tests());
  }

  /** Rows that are played in one round, which the first of them begins. */
  private static final class Group {
    private final List<Row> rows;
    private final long seed;

    /** With what was wrong already when its own test ended. */
    private final Map<Row, List<String>> played = new LinkedHashMap<>();

    private Round round;

    Group(List<Row> rows, long seed) {
      this.rows = rows;
      this.seed = seed;
    }

    Stream<DynamicTest> tests() {
      String names = rows.stream().map(Row::name).collect(Collectors.joining(", "));
      return Stream.concat(
          rows.stream().map(row -> dynamicTest(row.name(), () -> play(row))),
          Stream.of(dynamicTest("what must hold after " + names, this::end)));
    }

    private void play(Row row) throws Exception {
      Optional<String> missing = row.needs().missing(stack);
      assumeTrue(missing.isEmpty(), () -> "left out, as " + missing.orElseThrow());
      if (round == null) {
        round = trial.begin(seed);
      }
      round.play(row);
      List<String> complaints = round.verdict(row).complaints();
      played.put(row, complaints);
      assertThat(complaints).as("%s, seed %d", row.name(), seed).isEmpty();
    }

    private void end() throws Exception {
      assumeTrue(round != null, "no row was played");
      List<String> complaints = new ArrayList<>(round.end());
      for (Row row : played.keySet()) {
        Verdict verdict = round.verdict(row);
        System.out.println(verdict.text());
        verdict.complaints().stream()
            .filter(complaint -> !played.get(row).contains(complaint))
            .map(complaint -> row.name() + ": " + complaint)
            .forEach(complaints::add);
      }
      assertThat(complaints).as("seed " + seed).isEmpty();
    }
  }
}
