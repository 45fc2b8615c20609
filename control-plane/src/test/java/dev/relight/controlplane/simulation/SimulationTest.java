package dev.relight.controlplane.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.store.Fault;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong, and whenever: what must hold holds, and the simulation would notice. */
class SimulationTest {
  private static final String SEED = "relight.simulation.seed";
  private static final String SCHEDULES = "relight.simulation.schedules";
  private static final int ENOUGH_TO_NOTICE = 20_000;

  // Kept, so that its level is.
  private static final Logger ENGINE = Logger.getLogger("dev.relight.controlplane.engine");

  @BeforeAll
  static void beQuiet() {
    ENGINE.setLevel(Level.SEVERE);
    // What looks after the contexts of requests costs more than all the rest.
    Infrastructure.clearInterceptors();
  }

  @AfterAll
  static void speakAgain() {
    ENGINE.setLevel(null);
    Infrastructure.reload();
  }

  @Test
  void whatMustHoldHoldsInEverySchedule() {
    Long one = Long.getLong(SEED);
    long first = one == null ? System.nanoTime() : one;
    int schedules = one == null ? Integer.getInteger(SCHEDULES, 50_000) : 1;
    long began = System.nanoTime();
    for (long seed = first; seed < first + schedules; seed++) {
      try {
        Simulation.run(seed, Set.of());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("once more with -D" + SEED + "=" + seed, e);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "%d schedules from seed %d in %.1f s, %.0f µs each%n",
        schedules, first, seconds, seconds * 1e6 / schedules);
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenGuardIsNoticed(Fault fault) {
    long seed = 1;
    while (seed <= ENOUGH_TO_NOTICE && !isNoticed(fault, seed)) {
      seed++;
    }
    System.out.printf("%s is noticed in schedule %d%n", fault, seed);
    assertThat(seed).as(fault.name()).isLessThanOrEqualTo(ENOUGH_TO_NOTICE);
  }

  private static boolean isNoticed(Fault fault, long seed) {
    try {
      Simulation.run(seed, EnumSet.of(fault));
      return false;
    } catch (RuntimeException | AssertionError noticed) {
      return true;
    }
  }
}
