package dev.relight.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
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
    return Stream.concat(groups, schedules).flatMap(group -> tests(group, seed));
  }

  /** One for all rows of a group, and one more for each that is left out, which says so. */
  private static Stream<DynamicTest> tests(List<Row> group, long seed) {
    List<Row> played = group.stream().filter(row -> row.needs().missing(stack).isEmpty()).toList();
    String names = played.stream().map(Row::name).collect(Collectors.joining(", "));
    return Stream.concat(
        played.isEmpty() ? Stream.of() : Stream.of(dynamicTest(names, () -> play(played, seed))),
        group.stream()
            .filter(row -> row.needs().missing(stack).isPresent())
            .map(row -> dynamicTest(row.name(), () -> leaveOut(row))));
  }

  private static void play(List<Row> group, long seed) throws Exception {
    List<Verdict> verdicts = trial.play(group, seed);
    verdicts.forEach(verdict -> System.out.println(verdict.text()));
    assertThat(verdicts.stream().flatMap(verdict -> verdict.complaints().stream()))
        .as("seed " + seed)
        .isEmpty();
  }

  private static void leaveOut(Row row) {
    String why = row.needs().missing(stack).orElseThrow();
    System.out.println("LEFT OUT: " + row.name() + ", as " + why);
    assumeTrue(false, why);
  }
}
