package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.inventory.Agent;
import dev.relight.controlplane.inventory.AgentProcess;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProcessAnswerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Agent agent = new Agent();
  private final AgentProcess process = new AgentProcess();

  ProcessAnswerTest() {
    process.id = 1L;
    process.hostId = 2L;
    process.alias = "ob_cleaner";
  }

  @Test
  void countsTheSecondsSinceTheProcessWasStarted() {
    process.startedAt = NOW.minusSeconds(90).atOffset(ZoneOffset.ofHours(8));

    assertThat(ProcessAnswer.of(process, agent, NOW).elapsedTime()).isEqualTo(90);
  }

  @Test
  void aStoppedProcessHasNoElapsedTime() {
    assertThat(ProcessAnswer.of(process, agent, NOW).elapsedTime()).isZero();
  }

  @Test
  void aHostWhoseClockIsAheadMakesNoNegativeTimes() {
    process.startedAt = NOW.plusSeconds(3).atOffset(ZoneOffset.UTC);

    assertThat(ProcessAnswer.of(process, agent, NOW).elapsedTime()).isZero();
  }

  @Test
  void namesTheLogFilesOnceTheirDirectoryIsKnown() {
    assertThat(ProcessAnswer.of(process, agent, NOW).logFilePattern()).isNull();
    agent.logHome = "/home/admin/ocp_agent/log";
    assertThat(ProcessAnswer.of(process, agent, NOW).logFilePattern())
        .isEqualTo("/home/admin/ocp_agent/log/ob_cleaner.log*");
  }
}
