package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.ApiServer;
import dev.relight.worker.transport.LoopbackHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that are operated by their HTTP API, as it behaves when all is well and when it is not.
 */
class ApiProfileTest {
  @TempDir Path directory;
  private LoopbackHost host;
  private ApiServer server;
  private Commands commands;
  private OperationLog log;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory);
    server = new ApiServer(directory);
    commands = new Commands(host.targetOf("ocp-agent-http"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    host.close();
  }

  @Test
  void readsTheStateOfAnAgent() {
    AgentState state = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    assertThat(state.running()).isTrue();
    assertThat(state.version()).isEqualTo("4.2.2");
    assertThat(state.processes())
        .extracting(ProcessState::alias)
        .containsExactly("ocp_agentd", "ocp_mgragent", "ocp_monagent");
    assertThat(state.processes()).noneMatch(ProcessState::operable);
  }

  @Test
  void restartsAnAgentInOneStageAndSaysThatTheOthersHaveNothingToDo() {
    AgentState before = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    perform(commands.of(SubtaskKind.RESTART_PROXY, before));
    assertThat(log.drain()).anyMatch(line -> line.contains("no proxy process"));
    perform(commands.of(SubtaskKind.STOP_ALL, before));
    assertThat(log.drain()).anyMatch(line -> line.contains("Nothing to stop"));
    AgentState after = perform(commands.of(SubtaskKind.START_ALL, before));
    assertThat(Processes.pids(after)).doesNotContainAnyElementsOf(Processes.pids(before));
    assertThat(perform(commands.of(SubtaskKind.FINISH, before)).running()).isTrue();
    assertThat(server.restarts()).isEqualTo(1);
  }

  @Test
  void enduresAnAgentThatBreaksOffWhileItRestarts() {
    server.breakOff(6);
    AgentState before = server.state();
    perform(commands.of(SubtaskKind.START_ALL, before));
    assertThat(server.restarts()).isEqualTo(1);
  }

  @Test
  void sendsAgainWhatTheAgentHasForgotten() {
    server.forget(1);
    perform(commands.of(SubtaskKind.START_ALL, server.state()));
    assertThat(server.tokens()).hasSize(1);
  }

  @Test
  void adoptsWhatAnEarlierAttemptHasDone() {
    SubtaskCommand first = commands.of(SubtaskKind.START_ALL, server.state());
    perform(first);
    perform(commands.again(first));
    assertThat(server.restarts()).isEqualTo(1);
    assertThat(server.tokens()).allMatch(token -> token.matches("[0-9a-zA-Z_-]{8,64}"));
  }

  @Test
  void doesOnceMoreWhatHasFailedBefore() {
    server.failNext("Module=agent, code=wait_for_ready_timeout; not ready");
    SubtaskCommand first = commands.of(SubtaskKind.START_ALL, server.state());
    assertThatThrownBy(() -> perform(first))
        .isInstanceOf(OperationFailed.class)
        .hasMessage(
            "The agent could not restart: Module=agent, code=wait_for_ready_timeout; not ready");
    perform(commands.again(first));
    assertThat(server.restarts()).isEqualTo(1);
    assertThat(server.tokens()).hasSize(2);
  }

  @Test
  void triesAgainWhileAnotherRestartHoldsTheAdminLock() {
    server.failNext("Module=agent, code=fetch_admin_lock_failed; held");
    perform(commands.of(SubtaskKind.START_ALL, server.state()));
    assertThat(server.restarts()).isEqualTo(1);
  }

  @Test
  void isNotContentWithAProcessThatRunsTwice() {
    server.leaveDuplicate();
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL, server.state())))
        .hasMessageStartingWith("ocp_mgragent runs twice: ");
  }

  @Test
  void refusesWhatTheApiCannotDo() {
    for (SubtaskCommand command :
        List.of(
            commands.of(SubtaskKind.PREPARE_STOP),
            commands.process(SubtaskKind.STOP_PROCESS, "ocp_mgragent"),
            commands.process(SubtaskKind.RESTART_PROCESS, "ocp_mgragent"))) {
      assertThatThrownBy(() -> perform(command))
          .isInstanceOf(OperationFailed.class)
          .hasMessage(
              "The agent's API can only restart the agent as a whole; use the profile 'ocp-agent'");
    }
  }

  @Test
  void restartsADeadAgentOverSsh() throws Exception {
    server.close();
    AgentState before = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    assertThat(before.running()).isFalse();
    assertThat(perform(commands.of(SubtaskKind.START_ALL, before)).running()).isTrue();
    assertThat(host.calls()).containsExactly("stop", "start");
  }

  @Test
  void saysThatOnlySshHelpsWhereThereIsNone() throws Exception {
    Commands without = new Commands(server.target("http-only", "ocp-agent-http"));
    int port = server.port();
    server.close();
    assertThatThrownBy(() -> perform(without.of(SubtaskKind.PREPARE_RESTART)))
        .isInstanceOf(OperationFailed.class)
        .hasMessage(
            "The agent's API at http://127.0.0.1:%d does not answer: connection refused. Only SSH helps now, and the worker has no SSH credential 'http-only'"
                .formatted(port));
  }

  @Test
  void findsADeadAgentDeadWhenItIsOnlyRefreshed() throws Exception {
    server.close();
    assertThat(perform(commands.of(SubtaskKind.REFRESH)).running()).isFalse();
  }

  @Test
  void readsItsPasswordAgainForEveryRequest() throws Exception {
    Path file = directory.resolve("api-password");
    String password = Files.readString(file);
    Profile profile = profile();
    Files.writeString(file, "wrong");
    assertThatThrownBy(() -> perform(profile, commands.of(SubtaskKind.REFRESH)))
        .hasMessage("The agent does not let in the worker by the credential 'key' (HTTP 401)");
    Files.writeString(file, password);
    assertThat(perform(profile, commands.of(SubtaskKind.REFRESH)).running()).isTrue();
  }

  private AgentState perform(SubtaskCommand command) {
    return perform(profile(), command);
  }

  private AgentState perform(Profile profile, SubtaskCommand command) {
    log = new OperationLog(Clock.systemUTC(), 10_000, 1 << 20);
    return profile.perform(command, log).await().atMost(Duration.ofSeconds(60));
  }

  private Profile profile() {
    AgentConfig config = Watching.BRIEFLY;
    ObjectMapper mapper = new ObjectMapper();
    return new ApiProfile(
        server.transport(), new AgentctlProfile(host.transport(), mapper, config), mapper, config);
  }
}
