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
import java.time.Instant;
import java.util.List;
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
    profile = new AgentctlProfile(host.transport(), new ObjectMapper(), Watching.BRIEFLY);
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

  @Test
  void recordsWhatTellsItsProcessesFromOthers() {
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    assertThat(before.processes())
        .hasSize(3)
        .allSatisfy(process -> assertThat(process.birth()).matches("[0-9a-f-]{36}:[0-9]+"));
  }

  /** As after a quick restart of the host, which gives the same numbers to others. */
  @Test
  void doesNotTakeAStrangerOfAnotherBootForAProcessOfTheAgent() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_STOP, null));
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      for (String name : List.of("ocp_agentd", "pos_proxy", "exporter")) {
        ProcessHandle.of(host.pid(name)).orElseThrow().destroyForcibly();
      }
      AgentState after = perform(command(SubtaskKind.STOP_ALL, before(stranger.pid(), before)));
      assertThat(after.running()).isFalse();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  /** The state as it was seen a moment ago, but on another boot: one process had this number. */
  private static AgentState before(long pid, AgentState seen) {
    List<ProcessState> processes =
        seen.processes().stream()
            .map(p -> p.alias().equals("exporter") ? ofAnotherBoot(p, (int) pid) : p)
            .toList();
    return new AgentState(true, seen.version(), seen.logHome(), processes, Instant.now());
  }

  private static ProcessState ofAnotherBoot(ProcessState p, int pid) {
    return new ProcessState(
        p.alias(),
        true,
        pid,
        p.startedAt(),
        "11111111-2222-3333-4444-555555555555" + p.birth().substring(p.birth().indexOf(':')),
        p.user(),
        p.startCommand(),
        p.ports(),
        true);
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
