package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final Complaint DOWN = new Complaint("agentd", "The agent does not run", true);
  private static final Complaint HALF_UP = new Complaint("exporter", "exporter does not run");

  private final AtomicLong now = new AtomicLong(-5);
  private final Standstill standstill = new Standstill(Duration.ofSeconds(60), now::get);

  @Test
  void isReachedOnceThereWasNoHopeForLong() {
    assertThat(standstill.isReached(DOWN)).isFalse();
    for (int second = 1; second < 60; second++) {
      assertThat(heardAfter(1, DOWN)).as("after %d s", second).isFalse();
    }
    assertThat(heardAfter(1, DOWN)).isTrue();
  }

  @Test
  void beginsAnewWithEachThingThatMayPass() {
    assertThat(standstill.isReached(DOWN)).isFalse();
    for (int change = 1; change < 10; change++) {
      for (int second = 1; second < 60; second++) {
        assertThat(heardAfter(1, DOWN)).isFalse();
      }
      assertThat(heardAfter(1, HALF_UP)).isFalse();
      assertThat(heardAfter(1, DOWN)).isFalse();
    }
  }

  @Test
  void doesNotCountTheTimeInWhichNobodyCouldLook() {
    assertThat(standstill.isReached(DOWN)).isFalse();
    assertThat(heardAfter(300, DOWN)).isFalse();
    for (int second = 3; second < 60; second++) {
      assertThat(heardAfter(1, DOWN)).isFalse();
    }
    assertThat(heardAfter(1, DOWN)).isTrue();
  }

  private boolean heardAfter(int seconds, Complaint complaint) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    return standstill.isReached(complaint);
  }
}
