package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationLogTest {
  private final OperationLog log =
      new OperationLog(Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC));

  @Test
  void handsOutEachLineOnce() {
    log.info("one");
    log.warn("two");
    assertThat(log.drain())
        .containsExactly("2026-01-02T03:04:05.678Z INFO one", "2026-01-02T03:04:05.678Z WARN two");
    assertThat(log.drain()).isEmpty();
  }

  @Test
  void saysThatItEndsWhenItHasGrownTooLong() {
    String line = "x".repeat(1_000);
    for (int i = 0; i < OperationLog.MAX_CHARS / 1_000 + 10; i++) {
      log.info(line);
    }
    List<String> lines = log.drain();
    assertThat(lines).hasSizeBetween(1_000, OperationLog.MAX_CHARS / 1_000);
    assertThat(lines.get(lines.size() - 1)).startsWith("The log ends here");
  }

  @Test
  void cutsALineThatDoesNotEnd() {
    log.info("x".repeat(1_000_000));
    assertThat(log.drain().get(0)).hasSizeLessThan(5_000).endsWith("…");
  }
}
