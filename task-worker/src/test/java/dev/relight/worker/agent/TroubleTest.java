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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when an agent or its host is in trouble. */
class TroubleTest {
  /** As agentctl behaves when the process of its pid file is alive, whoever that is. */
  private static final String STARTED_ALREADY =
      """
      #!/bin/sh
      if [ "$1" = status ]; then
        printf '{"successful":false,"message":null,"error":"code=agentd_not_running; no socket"}' >&2
        exit 255
      fi
      printf '{"successful":true,"message":"ok","error":""}'
      """;

  /** For what is known not to come. */
  private static final Watching WITHOUT_HOPE =
      new Watching(Watching.BRIEFLY.settle(), Duration.ofSeconds(1));

  @TempDir Path directory;
  private LoopbackHost host;
  private Commands commands;
  private OperationLog log;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory);
    commands = new Commands(host.target());
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void restartsAnAgentThatWasKilled() throws Exception {
    AgentState before = perform(commands.of(SubtaskKind.START_ALL));
    for (ProcessState process : before.processes()) {
      ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
    }
    AgentState dead = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    assertThat(dead.running()).isFalse();
    perform(commands.of(SubtaskKind.STOP_ALL, dead));
    assertThat(perform(commands.of(SubtaskKind.START_ALL, dead)).processes())
        .allMatch(ProcessState::running);
  }

  @Test
  void namesAStalePidFileThatKeepsTheAgentFromStarting() throws Exception {
    host.install("ocp_agentctl", STARTED_ALREADY);
    Process other = new ProcessBuilder("sleep", "600").start();
    long stranger = other.pid();
    file("run/ocp_agentd.pid", Long.toString(stranger));
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL), WITHOUT_HOPE))
        .isInstanceOf(OperationFailed.class)
        .hasMessageStartingWith("The agent does not run. The host says: ")
        .hasMessageContaining(
            host.home() + "/run/ocp_agentd.pid is stale: process " + stranger + " is '")
        .hasMessageEndingWith("; remove the file");
  }

  @Test
  void endsAStopThatHangsAndSaysSo() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    file("slow", "600");
    assertFails(
        commands.of(SubtaskKind.STOP_ALL), "'stop' took too long and was ended on the host");
    assertThat(log.last()).isEqualTo("agentctl stop");
  }

  @Test
  void saysWhatAProcessThatExitsAtOnceHasLogged() throws Exception {
    file("quick-exporter", "");
    assertFails(
        commands.of(SubtaskKind.START_ALL),
        "exporter does not run. The host says: cannot bind port 62889");
    assertThat(log.drain()).anyMatch(line -> line.endsWith("| cannot bind port 62889"));
  }

  @Test
  void doesNotWaitForTheEndOfTheStageWhereNothingRuns() throws Exception {
    host.install("ocp_agentctl", STARTED_ALREADY);
    SubtaskCommand start = commands.of(SubtaskKind.START_ALL);
    assertFails(Commands.within(Duration.ofHours(1), start), "The agent does not run");
  }

  @Test
  void saysWhatAProcessHasLoggedThatDidNotComeBack() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    file("quick-exporter", "");
    assertFails(
        commands.process(SubtaskKind.RESTART_PROCESS, "exporter"),
        "exporter does not run. The host says: cannot bind port 62889");
  }

  @Test
  void failsWhenAStartLeavesADuplicate() throws Exception {
    file("twice-exporter", "");
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL), WITHOUT_HOPE))
        .isInstanceOf(OperationFailed.class)
        .hasMessageMatching(
            "exporter runs twice: .*exporter \\(pid \\d+\\), exporter \\(pid \\d+\\)");
  }

  @Test
  void saysThatNothingCanBeWrittenToTheHost() {
    host.fillDisk();
    assertFails(
        commands.of(SubtaskKind.START_ALL),
        "The host is not fit: cannot write to " + host.home() + "/.relight: File too large");
  }

  @Test
  void saysThatTheDiskIsFull() throws Exception {
    Path disk = Files.createDirectory(host.home().resolve(".relight"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "relight-test", disk.toString()) == 0,
        "only root can mount a disk to fill");
    try {
      run("dd", "if=/dev/zero", "of=" + disk.resolve("rest"), "bs=1k", "count=100");
      assertFails(
          commands.of(SubtaskKind.START_ALL),
          "The host is not fit: cannot write to " + disk + ": No space left on device");
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private void assertFails(SubtaskCommand command, String message) {
    assertThatThrownBy(() -> perform(command, WITHOUT_HOPE))
        .isInstanceOf(OperationFailed.class)
        .hasMessage(message);
  }

  private AgentState perform(SubtaskCommand command) {
    return perform(command, Watching.BRIEFLY);
  }

  private AgentState perform(SubtaskCommand command, Watching watching) {
    log = new OperationLog(Clock.systemUTC(), 10_000, 1 << 20);
    Profile profile = new AgentctlProfile(host.transport(), new ObjectMapper(), watching);
    return profile.perform(command, log).await().atMost(Duration.ofSeconds(60));
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(host.home().resolve(name), content);
  }
}
