package dev.relight.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The most telling rows of the matrix, with short outages, on one system; the others with {@code
 * -Dfaults.rows=NAME,NAME}. How long recoveries may take is for machines that have nothing else to
 * do: {@code deploy/local/faults}.
 */
class FaultsIT {
  private static final double SCALE =
      Double.parseDouble(System.getProperty("faults.scale", "0.05"));
  private static final String USUAL =
      "worker-killed,workers-killed,worker-suspended,control-plane-killed,control-plane-suspended";
  private static final Duration ON_ANY_MACHINE = Duration.ofMinutes(3);

  private static Stack stack;
  private static Trial trial;

  @BeforeAll
  static void start() throws Exception {
    Main.hush();
    stack = Stack.start();
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
    return Stream.of(System.getProperty("faults.rows", USUAL).split(","))
        .map(name -> name.equals("schedule") ? Schedule.row(seed) : Rows.named(name))
        .map(row -> dynamicTest(row.name(), () -> play(row, seed)));
  }

  private static void play(Row row, long seed) throws Exception {
    Verdict verdict = trial.play(row, seed);
    System.out.println(verdict.text());
    Assumptions.assumeTrue(verdict.leftOut() == null, verdict.leftOut());
    assertThat(verdict.complaints()).as("seed " + seed).isEqualTo(List.of());
    assertThat(verdict.recovery()).isLessThan(ON_ANY_MACHINE);
  }
}
