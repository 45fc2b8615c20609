package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All operations on an agent with real processes, over real SSH. */
class OperationsTest {
  @TempDir Path directory;
  private LoopbackHost host;
  private Profile profile;
  private Commands commands;
  private OperationLog log;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory);
    commands = new Commands(host.target());
    profile = profile();
    perform(command(SubtaskKind.START_ALL, null));
    Files.delete(host.home().resolve("calls"));
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void readsTheStateOfAnAgent() throws Exception {
    AgentState state = perform(command(SubtaskKind.PREPARE_RESTART, null));
    assertThat(state.running()).isTrue();
    assertThat(state.processes())
        .extracting(ProcessState::alias)
        .containsExactly("ocp_agentd", "pos_proxy", "exporter");
    assertThat(state.processes())
        .extracting(ProcessState::pid)
        .containsExactly(host.pid("ocp_agentd"), host.pid("pos_proxy"), host.pid("exporter"));
    assertThat(state.processes())
        .extracting(ProcessState::operable)
        .containsExactly(false, false, true);
    assertThat(host.calls()).isEmpty();
  }

  @Test
  void readsADeadAgent() throws Exception {
    perform(command(SubtaskKind.STOP_ALL, null));
    assertThat(perform(command(SubtaskKind.PREPARE_RESTART, null)).running()).isFalse();
    assertThat(perform(command(SubtaskKind.FINISH, null)).running()).isFalse();
  }

  @Test
  void doesNotTakeAnAgentForDeadThatDoesNotAnswerAtOnce() throws Exception {
    Process supervisor = supervisor();
    file("once-status", "read_pid_failed");
    assertThat(perform(command(SubtaskKind.PREPARE_RESTART, null)).processes())
        .hasSize(3)
        .allMatch(ProcessState::running);
    supervisor.destroyForcibly();
  }

  @Test
  void doesNotTakeAnAgentForDeadThatHangs() throws Exception {
    Process supervisor = supervisor();
    file("fail-status", "agentd_not_running");
    AgentState hung = perform(command(SubtaskKind.PREPARE_RESTART, null));
    assertThat(hung.running()).isTrue();
    assertThat(hung.processes())
        .singleElement()
        .satisfies(
            process -> {
              assertThat(process.pid()).isEqualTo((int) supervisor.pid());
              assertThat(process.birth()).isNotNull();
            });
    supervisor.destroyForcibly();
    assertThat(perform(command(SubtaskKind.PREPARE_RESTART, null)).running()).isFalse();
  }

  @Test
  void refreshesWithoutTurningAwayWhoIsAtWork() throws Exception {
    SubtaskCommand working = command(SubtaskKind.STOP_ALL, null);
    assertThat(perform(command(SubtaskKind.REFRESH, null)).running()).isTrue();
    assertThat(perform(working).running()).isFalse();
  }

  @Test
  void startsEverythingAnew() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    perform(command(SubtaskKind.STOP_ALL, before));
    AgentState after = perform(command(SubtaskKind.START_ALL, before));
    assertThat(after.processes()).hasSize(3).allMatch(ProcessState::running);
    assertThat(Processes.pids(after)).doesNotContainAnyElementsOf(Processes.pids(before));
    assertThat(host.calls()).containsExactly("stop", "start");
  }

  @Test
  void doesNotTakeOldProcessesForStarted() {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL, before)))
        .isInstanceOf(OperationFailed.class)
        .hasMessageMatching("(ocp_agentd|pos_proxy|exporter) is still the old process, pid \\d+");
  }

  @Test
  void isContentWithOldProcessesWhenItRepairs() {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    SubtaskCommand start = command(SubtaskKind.START_ALL, before);
    assertThat(perform(Commands.compensation(start)).running()).isTrue();
  }

  @Test
  void bringsBackWhatRanBefore() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    perform(command(SubtaskKind.STOP_ALL, before));
    SubtaskCommand start = Commands.compensation(command(SubtaskKind.START_ALL, before));
    assertThat(perform(start).processes()).hasSize(3).allMatch(ProcessState::running);
    assertThat(host.calls()).containsExactly("stop", "start");
  }

  @Test
  void bringsBackNothingThatDidNotRunBefore() throws Exception {
    perform(command(SubtaskKind.STOP_ALL, null));
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    SubtaskCommand start = Commands.compensation(command(SubtaskKind.START_ALL, before));
    assertThat(perform(start).running()).isFalse();
    assertThat(host.calls()).containsExactly("stop");
  }

  @Test
  void bringsBackWhatRunsAlreadyWithoutStoppingIt() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    AgentState after = perform(Commands.compensation(command(SubtaskKind.START_ALL, before)));
    assertThat(Processes.pids(after)).isEqualTo(Processes.pids(before));
    assertThat(host.calls()).doesNotContain("stop");
  }

  @Test
  void aRetryFindsWhatWasDoneThoughItsAnswerWasLost() throws Exception {
    for (SubtaskKind kind : List.of(SubtaskKind.RESTART_PROCESS, SubtaskKind.RESTART_PROXY)) {
      SubtaskCommand first = commands.process(kind, "exporter");
      AgentState done = perform(first);
      List<String> calls = host.calls();
      // Nobody heard of it, so it timed out and was ended before it is retried.
      profile.end(first).await().atMost(Duration.ofSeconds(60));

      AgentState after = perform(commands.again(first));

      assertThat(Processes.pids(after)).isEqualTo(Processes.pids(done));
      assertThat(host.calls()).isEqualTo(calls);
    }
  }

  @Test
  void saysWhatAgentctlSaysWhenAStartFails() throws Exception {
    file("fail-start", "agentd_exited_quickly");
    assertThatThrownBy(() -> perform(command(SubtaskKind.START_ALL, null)))
        .isInstanceOf(OperationFailed.class)
        .hasMessageContaining("code=agentd_exited_quickly");
  }

  @Test
  void triesAgainWhileAnotherCommandHoldsTheAdminLock() throws Exception {
    file("once-stop", "fetch_admin_lock_failed");
    assertThat(perform(command(SubtaskKind.STOP_ALL, null)).running()).isFalse();
    assertThat(host.calls()).containsExactly("stop", "stop");
  }

  @Test
  void restartsOneProcess() throws Exception {
    int before = host.pid("exporter");
    int other = host.pid("pos_proxy");
    AgentState after = perform(commands.process(SubtaskKind.RESTART_PROCESS, "exporter"));
    int now = Processes.find(after, "exporter").orElseThrow().pid();
    assertThat(now).isEqualTo(host.pid("exporter")).isNotEqualTo(before);
    assertThat(host.pid("pos_proxy")).isEqualTo(other);
    assertThat(host.calls()).containsExactly("service stop exporter", "service start exporter");
  }

  @Test
  void startsAProcessThatWasStopped() throws Exception {
    perform(commands.process(SubtaskKind.STOP_PROCESS, "exporter"));
    AgentState after = perform(commands.process(SubtaskKind.RESTART_PROCESS, "exporter"));
    assertThat(Processes.find(after, "exporter").orElseThrow().running()).isTrue();
    assertThat(host.calls()).containsExactly("service stop exporter", "service start exporter");
  }

  @Test
  void startsAgainAServiceThatIsSaidToBeStartedStill() throws Exception {
    file("once-service-start-exporter", "service_already_started");
    AgentState after = perform(commands.process(SubtaskKind.RESTART_PROCESS, "exporter"));
    assertThat(Processes.find(after, "exporter").orElseThrow().running()).isTrue();
    assertThat(host.calls()).hasSize(3);
  }

  @Test
  void stopsOneProcess() throws Exception {
    AgentState after = perform(commands.process(SubtaskKind.STOP_PROCESS, "exporter"));
    assertThat(Processes.find(after, "exporter").orElseThrow().running()).isFalse();
    assertThat(after.running()).isTrue();
    assertThat(host.calls()).containsExactly("service stop exporter");
  }

  @Test
  void restartsTheProxyWhereThereIsOne() throws Exception {
    int before = host.pid("pos_proxy");
    perform(command(SubtaskKind.RESTART_PROXY, null));
    assertThat(host.pid("pos_proxy")).isNotEqualTo(before);
  }

  @Test
  void succeedsWithoutAProxyAndSaysSo() throws Exception {
    file("services", "exporter");
    perform(command(SubtaskKind.RESTART_PROXY, null));
    assertThat(host.calls()).isEmpty();
    assertThat(log.drain()).anyMatch(line -> line.contains("no proxy process"));
  }

  @Test
  void namesTheProcessesOfAnAgentThatHasNotTheOneAskedFor() {
    assertThatThrownBy(() -> perform(commands.process(SubtaskKind.RESTART_PROCESS, "$(reboot)")))
        .isInstanceOf(OperationFailed.class)
        .hasMessage(
            "The agent has no process '$(reboot)', it has: ocp_agentd, pos_proxy, exporter");
  }

  @Test
  void takesOverARestartWithoutDoingItTwice() throws Exception {
    SubtaskCommand first = commands.process(SubtaskKind.RESTART_PROCESS, "exporter");
    perform(first);
    int restarted = host.pid("exporter");
    AgentState after = perform(commands.again(first));
    assertThat(Processes.find(after, "exporter").orElseThrow().pid()).isEqualTo(restarted);
    assertThat(host.calls()).containsExactly("service stop exporter", "service start exporter");
  }

  @Test
  void takesOverARestartOfAStoppedProcessWithoutStoppingIt() throws Exception {
    perform(commands.process(SubtaskKind.STOP_PROCESS, "exporter"));
    SubtaskCommand first = commands.process(SubtaskKind.RESTART_PROCESS, "exporter");
    perform(first);
    perform(commands.again(first));
    assertThat(host.calls()).containsExactly("service stop exporter", "service start exporter");
  }

  @Test
  void takesOverAStartWithoutDoingItTwice() throws Exception {
    AgentState before = perform(command(SubtaskKind.PREPARE_RESTART, null));
    perform(command(SubtaskKind.STOP_ALL, before));
    SubtaskCommand first = command(SubtaskKind.START_ALL, before);
    perform(first);
    perform(commands.again(first));
    assertThat(host.calls()).containsExactly("stop", "start");
  }

  @Test
  void doesOnceMoreWhatHasNotLasted() throws Exception {
    SubtaskCommand first = commands.process(SubtaskKind.RESTART_PROCESS, "exporter");
    perform(first);
    ProcessHandle.of(host.pid("exporter")).orElseThrow().destroyForcibly();
    AgentState after = perform(commands.again(first));
    assertThat(Processes.find(after, "exporter").orElseThrow().running()).isTrue();
  }

  @Test
  void isTurnedAwayWhenANewerAttemptWasThere() {
    SubtaskCommand old = command(SubtaskKind.STOP_ALL, null);
    perform(command(SubtaskKind.PREPARE_STOP, null));
    assertThatThrownBy(() -> perform(old))
        .isInstanceOf(OperationFailed.class)
        .hasMessage("superseded");
  }

  private AgentState perform(SubtaskCommand command) {
    log = new OperationLog(Clock.systemUTC(), 10_000, 1 << 20);
    return profile.perform(command, log).await().atMost(Duration.ofSeconds(60));
  }

  private Profile profile() {
    return new AgentctlProfile(host.transport(), new ObjectMapper(), Watching.BRIEFLY);
  }

  private SubtaskCommand command(SubtaskKind kind, AgentState recorded) {
    return commands.of(kind, recorded);
  }

  /** A process that looks like the supervisor, and is the one in its pid file. */
  private Process supervisor() throws IOException {
    Process process = new ProcessBuilder("bash", "-c", "exec -a ocp_agentd sleep 600").start();
    file("run/ocp_agentd.pid", Long.toString(process.pid()));
    return process;
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(host.home().resolve(name), content);
  }
}
