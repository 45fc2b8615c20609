package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.LoopbackHost;
import dev.relight.worker.transport.Pids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as stopped, by processes that are real. */
class StopAllTest {
  @TempDir Path directory;
  private LoopbackHost host;
  private Profile profile;
  private Commands commands;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory);
    commands = new Commands(host.target());
    profile =
        new AgentctlProfile(host.transport(), new ObjectMapper(), () -> Duration.ofMillis(50));
    perform(command(SubtaskKind.START_ALL, null));
    Files.delete(host.home().resolve("calls"));
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void stopsEverything() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    AgentState after = perform(command(SubtaskKind.STOP_ALL, before));
    assertThat(after.running()).isFalse();
    assertThat(after.processes()).hasSize(3).noneMatch(ProcessState::running);
    assertThat(before.processes()).noneMatch(process -> Pids.isAlive(process.pid()));
    assertThat(host.calls()).containsExactly("stop");
  }

  @Test
  void failsToStopWhenAProcessSurvives() throws Exception {
    file("immortal-exporter", "");
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.STOP_ALL, before)))
        .isInstanceOf(OperationFailed.class)
        .hasMessage("Still alive after the stop: exporter (pid " + host.pid("exporter") + ")");
  }

  @Test
  void failsToStopWhenAProcessSurvivesItsSupervisor() throws Exception {
    file("immortal-exporter", "");
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    ProcessHandle.of(host.pid("ocp_agentd")).orElseThrow().destroyForcibly();
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.STOP_ALL, before)))
        .isInstanceOf(OperationFailed.class)
        .hasMessage("Still alive after the stop: exporter (pid " + host.pid("exporter") + ")");
  }

  @Test
  void stopsEverythingThoughAnotherProcessGetsTheNumberOfOne() throws Exception {
    assumeTrue(Pids.canBeChosen(), "Only root may choose the number of the next process");
    file("reuse-exporter", "");
    int exporter = host.pid("exporter");
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    assertThat(perform(command(SubtaskKind.STOP_ALL, before)).running()).isFalse();
    assertThat(host.pid("other")).isEqualTo(exporter);
    assertThat(Pids.isAlive(exporter)).isTrue();
  }

  private AgentState perform(SubtaskCommand command) {
    return profile
        .perform(command, new OperationLog(Clock.systemUTC(), 10_000, 1 << 20))
        .await()
        .atMost(Duration.ofSeconds(60));
  }

  private SubtaskCommand command(SubtaskKind kind, AgentState recorded) {
    return commands.of(kind, recorded);
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(host.home().resolve(name), content);
  }
}
