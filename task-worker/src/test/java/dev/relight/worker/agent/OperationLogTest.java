package dev.relight.worker.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

  private final OperationLog log = new OperationLog(CLOCK, 10_000, 1 << 20);

  @Test
  void handsOutEachLineOnce() {
    log.info("one");
    log.warn("two");
    assertThat(log.drain())
        .containsExactly("2026-01-02T03:04:05.678Z INFO one", "2026-01-02T03:04:05.678Z WARN two");
    assertThat(log.drain()).isEmpty();
  }

  @Test
  void saysAtItsEndHowMuchDidNotFit() {
    String line = "ü".repeat(1_000);
    for (int i = 0; i < 600; i++) {
      log.info(line);
    }
    log.end();
    List<String> lines = all(log);
    assertThat(String.join("\n", lines).getBytes(UTF_8)).hasSizeBetween(1_000_000, 1 << 20);
    assertThat(lines.get(lines.size() - 1))
        .contains("%d lines (".formatted(601 - lines.size()))
        .contains("were left out");
  }

  @Test
  void keepsNoMoreLinesThanItMay() {
    OperationLog small = new OperationLog(CLOCK, 5, 1 << 20);
    small.info("a\nb\nc");
    small.info("d");
    small.info("e");
    small.warn("f");
    small.end();
    List<String> lines = all(small);
    assertThat(String.join("\n", lines).lines()).hasSize(5);
    assertThat(lines.get(lines.size() - 1)).contains("2 lines (");
  }

  @Test
  void handsOutWhatFitsIntoAMessage() {
    for (int i = 0; i < 1_000; i++) {
      log.info("x".repeat(1_000));
    }
    int handedOut = 0;
    for (List<String> lines = log.drain(); !lines.isEmpty(); lines = log.drain()) {
      assertThat(lines.stream().mapToInt(String::length).sum())
          .isLessThan(OperationLog.MAX_HANDED_OUT + 5_000);
      handedOut += lines.size();
    }
    assertThat(handedOut).isEqualTo(1_000);
  }

  @Test
  void cutsALineThatDoesNotEnd() {
    log.info("x".repeat(1_000_000));
    assertThat(log.drain().get(0)).hasSizeLessThan(5_000).endsWith("…");
  }

  @Test
  void tellsNoSecret() {
    log.warn("agentctl: login failed, password=hunter22 user=root");
    assertThat(log.drain().get(0)).endsWith("login failed, password=*** user=root");
  }

  private static List<String> all(OperationLog log) {
    List<String> lines = new ArrayList<>();
    for (List<String> some = log.drain(); !some.isEmpty(); some = log.drain()) {
      lines.addAll(some);
    }
    return lines;
  }
}
