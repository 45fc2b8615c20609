package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.local.DemoHost.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentctlTest {
  private static final String[] ALL = {
    "ocp_agentd",
    "pos_proxy",
    "node_exporter",
    "ocp_exporter",
    "obstat2",
    "ob_logtailer",
    "ob_cleaner"
  };

  @TempDir Path directory;
  private AgentOnTrial agent;

  @BeforeEach
  void install() throws Exception {
    agent = new AgentOnTrial(directory, AgentKind.UP_TO_3_1);
  }

  @AfterEach
  void end() throws Exception {
    agent.close();
  }

  @Test
  void startsEveryProcessOnce() throws Exception {
    AgentOnTrial.Answer answer = agent.run("start");
    assertThat(answer.output())
        .isEqualTo("{\"successful\":true,\"message\":\"ok\",\"error\":\"\"}");
    assertThat(answer.exitCode()).isZero();
    assertThat(agent.recorded("start"))
        .extracting(Recorded::process)
        .containsExactlyInAnyOrder(ALL);
  }

  @Test
  void doesNothingWhenItIsStartedTwice() throws Exception {
    agent.run("start");
    assertThat(agent.run("start").exitCode()).isZero();
    assertThat(agent.recorded("start")).hasSize(ALL.length);
  }

  @Test
  void tellsWhatReallyRuns() throws Exception {
    agent.run("start");
    JsonNode status = agent.status();
    assertThat(status.path("state").asText()).isEqualTo("running");
    assertThat(status.path("ready").asBoolean()).isTrue();
    JsonNode exporter = status.path("services").path("node_exporter");
    assertThat(exporter.path("ports").path(0).asInt()).isEqualTo(63000);
    assertThat(exporter.path("user").asText()).isEqualTo(System.getProperty("user.name"));
    String[] arguments = agent.process("node_exporter").info().arguments().orElseThrow();
    assertThat(String.join(" ", arguments)).isEqualTo(exporter.path("command").asText());
    Recorded start = recordedStart("node_exporter");
    assertThat(exporter.path("startAt").asLong()).isEqualTo(start.nanos());
    assertThat(exporter.path("pid").asLong()).isEqualTo(start.pid());
  }

  @Test
  void runsTheNewerSetToo() throws Exception {
    try (AgentOnTrial newer = new AgentOnTrial(directory.resolve("newer"), AgentKind.FROM_3_2)) {
      newer.run("start");
      assertThat(newer.status().path("services").fieldNames())
          .toIterable()
          .containsExactly("ocp_mgragent", "ocp_monagent");
    }
  }

  @Test
  void leavesNothingRunningAfterAStop() throws Exception {
    agent.run("start");
    assertThat(agent.run("stop").exitCode()).isZero();
    assertThat(agent.processes()).isEmpty();
    assertThat(agent.recorded("stop")).extracting(Recorded::process).containsExactlyInAnyOrder(ALL);
  }

  @Test
  void hasNothingToDoForAStopOfAStoppedAgent() throws Exception {
    assertThat(agent.run("stop").exitCode()).isZero();
  }

  @Test
  void failsToTellTheStatusOfAStoppedAgent() throws Exception {
    AgentOnTrial.Answer answer = agent.run("status");
    assertThat(answer.exitCode()).isEqualTo(255);
    assertThat(answer.output()).isEmpty();
    assertThat(answer.code()).isEqualTo("read_pid_failed");
  }

  @Test
  void restartsEveryProcess() throws Exception {
    agent.run("start");
    assertThat(agent.run("restart", "--task-token=relight-1-2-3").exitCode()).isZero();
    assertThat(agent.recorded("start")).hasSize(2 * ALL.length);
    assertThat(agent.recorded("stop")).hasSize(ALL.length);
    assertThat(agent.status().path("ready").asBoolean()).isTrue();
  }

  @Test
  void stopsAndStartsASingleService() throws Exception {
    agent.run("start");
    ProcessHandle before = agent.process("pos_proxy");
    assertThat(agent.run("service", "stop", "pos_proxy").exitCode()).isZero();
    assertThat(agent.status().path("services").path("pos_proxy").path("state").asText())
        .isEqualTo("stopped");
    assertThat(agent.status().path("ready").asBoolean()).isFalse();
    assertThat(agent.run("service", "start", "pos_proxy").exitCode()).isZero();
    assertThat(agent.process("pos_proxy").pid()).isNotEqualTo(before.pid());
    assertThat(agent.recorded("stop")).hasSize(1);
  }

  @Test
  void refusesAServiceThatItHasNot() throws Exception {
    agent.run("start");
    assertThat(agent.run("service", "stop", "other").code()).isEqualTo("service_not_found");
  }

  @Test
  void answersAWrongCallInPlainText() throws Exception {
    AgentOnTrial.Answer answer = agent.run("begin");
    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.error()).startsWith("usage:");
  }

  @Test
  void startsAgainWhatDied() throws Exception {
    agent.run("start");
    ProcessHandle first = agent.process("obstat2");
    first.destroyForcibly();
    await().until(() -> recordedStart("obstat2").pid() != first.pid());
    await().until(() -> agent.status().path("ready").asBoolean());
  }

  @Test
  void givesUpAServiceThatDiesAllTheTime() throws Exception {
    agent.host().setFault("obstat2-dies", "");
    agent.run("start");
    await().until(() -> endsOf("obstat2") == 3);
    assertThat(agent.run("service", "stop", "ob_cleaner").exitCode()).isZero();
    assertThat(endsOf("obstat2")).as("not tried once more").isEqualTo(3);
  }

  @Test
  void outlivesTheProcessGroupOfItsCaller() throws Exception {
    String startAndDie = agent.tool() + " start; kill -KILL 0";
    new ProcessBuilder("setsid", "--wait", "sh", "-c", startAndDie).start().waitFor();
    assertThat(agent.status().path("ready").asBoolean()).isTrue();
  }

  @Test
  void refusesARestartWhileAnotherCommandRuns() throws Exception {
    agent.run("start");
    lockFor(agent.agentd().pid());
    assertThat(agent.run("restart").code()).isEqualTo("fetch_admin_lock_failed");
  }

  @Test
  void takesTheLockOfACommandThatWasKilled() throws Exception {
    agent.run("start");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    lockFor(dead.pid());
    assertThat(agent.run("restart").exitCode()).isZero();
  }

  @Test
  void clearsWhatAKilledSupervisorLeft() throws Exception {
    agent.run("start");
    ProcessHandle orphan = agent.process("pos_proxy");
    agent.agentd().destroyForcibly();
    await().until(() -> agent.run("status").exitCode() == 255);
    assertThat(agent.run("start").exitCode()).isZero();
    assertThat(agent.process("pos_proxy").pid()).isNotEqualTo(orphan.pid());
    await().until(() -> agent.recorded("stop").size() == ALL.length);
  }

  @Test
  void killsAServiceThatIgnoresTheRequestToEnd() throws Exception {
    agent.host().setFault("ob_cleaner-ignores-term", "");
    agent.run("start");
    assertThat(agent.run("stop").exitCode()).isZero();
    assertThat(agent.processes()).isEmpty();
  }

  @Test
  void goesOnForAWhileWhenItStopsSlowly() throws Exception {
    agent.run("start");
    agent.host().setFault("slow-stop", "1");
    long before = System.nanoTime();
    assertThat(agent.run("stop").exitCode()).isZero();
    assertThat(System.nanoTime() - before).isGreaterThan(1_000_000_000L);
    assertThat(agent.processes()).isEmpty();
  }

  @Test
  void keepsTheOldProcessesWhenARestartFails() throws Exception {
    agent.run("start");
    agent.host().setFault("start-fails", "");
    assertThat(agent.run("restart").code()).isEqualTo("wait_for_ready_timeout");
    assertThat(agent.recorded("stop")).isEmpty();
    agent.run("stop");
    assertThat(agent.run("start").code()).isEqualTo("agentd_exited_quickly");
    agent.host().clearFaults();
    assertThat(agent.run("start").exitCode()).isZero();
  }

  @Test
  void failsToStopWhenItHangs() throws Exception {
    agent.run("start");
    agent.host().setFault("stop-hangs", "");
    assertThat(agent.run("stop").code()).isEqualTo("wait_for_exit_timeout");
    assertThat(agent.status().path("ready").asBoolean()).isTrue();
  }

  private Recorded recordedStart(String process) throws Exception {
    List<Recorded> starts =
        agent.recorded("start").stream().filter(line -> line.process().equals(process)).toList();
    return starts.get(starts.size() - 1);
  }

  private long endsOf(String process) throws Exception {
    return agent.recorded("stop").stream().filter(line -> line.process().equals(process)).count();
  }

  private void lockFor(long pid) throws Exception {
    Path lock = agent.host().agentHome().resolve("run/admin.lock");
    Files.createSymbolicLink(lock, Path.of(Long.toString(pid)));
  }
}
