package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user asks for, checked by what really happened on the hosts. */
class RestartIT {
  private static final int HOSTS = 4;
  private static final int WORKERS = 3;
  private static final int CONTROL_PLANES = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static LocalSystem system;
  private static Fleet fleet;
  private static List<DemoHost> hosts;

  @BeforeAll
  static void start() throws Exception {
    int port = freePorts();
    Options options = new Options(directory, port, HOSTS, WORKERS, CONTROL_PLANES, true);
    system = LocalSystem.start(options, System.out::println);
    fleet = new Fleet(system);
    hosts = system.hosts();
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
  }

  @AfterEach
  void letAllBeWell() throws Exception {
    for (DemoHost host : hosts) {
      host.clearFaults();
      new AgentHome(host.agentHome()).start();
    }
  }

  @Test
  void restartsOneProcessAndAnswersWithItsNewPid() throws Exception {
    DemoHost host = hosts.get(0);
    JsonNode before = processOf(host, "node_exporter");
    Map<String, Integer> startsBefore = Fleet.starts(host);
    for (String prefix : List.of("/api/v2", "")) {
      String path =
          "%s/compute/hosts/%d/agent/processes/%d/restart"
              .formatted(prefix, system.idOf(host), before.path("id").asLong());
      JsonNode after = system.controlPlane().post(path, null);
      assertThat(after.size()).isEqualTo(14);
      assertThat(after.path("status").asText()).isEqualTo("STARTED");
      assertThat(after.path("pid").asLong()).isNotEqualTo(before.path("pid").asLong());
      assertThat(after.path("pid").asLong()).isEqualTo(pidOnTheHost(host, "node_exporter"));
      before = after;
    }
    startsBefore.merge("node_exporter", 2, Integer::sum);
    assertThat(Fleet.starts(host)).isEqualTo(startsBefore);
  }

  @Test
  void restartsTheAgentsOfAllHostsExactlyOnce() throws Exception {
    Map<DemoHost, Map<String, Integer>> expected = expectedStarts();
    JsonNode task = fleet.restartAgents(hosts);
    assertThat(task.path("status").asText()).isEqualTo("RUNNING");
    assertThat(task.path("subtasks")).hasSize(5 * HOSTS + 4);
    assertThat(fleet.awaitEnd(task.path("id").asLong()).path("status").asText())
        .isEqualTo("SUCCESSFUL");
    assertThat(startsNow()).isEqualTo(expected);
    for (DemoHost host : hosts) {
      Fleet.assertRuns(host);
      for (JsonNode process : fleet.processes(host)) {
        assertThat(process.path("pid").asLong())
            .as("pid of " + process.path("alias") + " in the inventory")
            .isEqualTo(pidOnTheHost(host, process.path("alias").asText()));
      }
    }
  }

  @Test
  void anyControlPlaneTellsOfATaskAndSeveralWorkersDoIt() throws Exception {
    JsonNode task = fleet.restartAgents(hosts);
    String path = Fleet.TASKS + task.path("id").asLong();
    ControlPlane other =
        new ControlPlane(system.controlPlanes().get(1).uri(), LocalSystem.ADMIN, system.password());
    JsonNode ended =
        await()
            .atMost(PATIENCE)
            .until(() -> other.get(path), seen -> !seen.path("status").asText().equals("RUNNING"));
    assertThat(ended.path("status").asText()).isEqualTo("SUCCESSFUL");
    assertThat(
            Fleet.list(ended.path("subtasks")).stream()
                .map(subtask -> subtask.path("executor").asText())
                .filter(executor -> system.workers().stream().anyMatch(is(executor)))
                .distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  void theLogTellsWhatWasDoneOnTheHost() throws Exception {
    JsonNode task = fleet.awaitEnd(fleet.restartAgents(hosts).path("id").asLong());
    for (JsonNode subtask : task.path("subtasks")) {
      String path = Fleet.TASKS + task.path("id").asLong() + "/subtasks/" + subtask.path("id");
      String log = system.controlPlane().get(path + "/log").path("log").asText();
      switch (subtask.path("name").asText()) {
        case "Wait node" -> assertThat(log).isEmpty();
        case "Stop all OCP agent processes" ->
            assertThat(log).startsWith("############{EXECUTE}{").contains("INFO agentctl stop\n");
        default -> assertThat(log).startsWith("############{EXECUTE}{").contains("INFO Attempt 1");
      }
    }
  }

  @Test
  void aHostThatCannotBeStartedDoesNotHoldUpTheOthers() throws Exception {
    DemoHost broken = hosts.get(1);
    List<DemoHost> others = new ArrayList<>(hosts);
    others.remove(broken);
    Map<DemoHost, Map<String, Integer>> expected = expectedStarts();
    broken.setFault("start-fails", "");
    JsonNode task = fleet.restartAgents(hosts);
    assertThat(fleet.awaitEnd(task.path("id").asLong()).path("status").asText())
        .isEqualTo("FAILED");
    for (DemoHost host : others) {
      assertThat(Fleet.starts(host)).isEqualTo(expected.get(host));
      Fleet.assertRuns(host);
    }
  }

  @Test
  void aCancelInTheMiddleOfTheStopsLeavesEveryAgentRunning() throws Exception {
    for (DemoHost host : hosts.subList(1, HOSTS)) {
      host.setFault("slow-stop", "4");
    }
    long task = fleet.restartAgents(hosts).path("id").asLong();
    await().atMost(PATIENCE).until(() -> Fleet.isStopping(hosts.get(1)));
    system.controlPlane().post(Fleet.TASKS + task + "/cancel", null);
    assertThat(fleet.awaitEnd(task).path("status").asText()).isEqualTo("CANCELED");
    for (DemoHost host : hosts) {
      Fleet.assertRuns(host);
    }
    // It has let go of all of them.
    long next = fleet.restartAgents(hosts).path("id").asLong();
    assertThat(fleet.awaitEnd(next).path("status").asText()).isEqualTo("SUCCESSFUL");
  }

  @Test
  void finishesWhatAKilledWorkerWasStopping() throws Exception {
    Map<DemoHost, Map<String, Integer>> expected = expectedStarts();
    for (DemoHost host : hosts) {
      host.setFault("slow-stop", "4");
    }
    long task = fleet.restartAgents(hosts).path("id").asLong();
    await().atMost(PATIENCE).until(() -> Fleet.isStopping(hosts.get(0)));
    Service worker = workerThatStops(task, hosts.get(0));
    ProcessHandle killed = worker.process();
    killed.destroyForcibly();
    assertThat(fleet.awaitEnd(task).path("status").asText()).isEqualTo("SUCCESSFUL");
    assertThat(startsNow()).isEqualTo(expected);
    await().atMost(PATIENCE).until(() -> worker.isReady() && !worker.process().equals(killed));
  }

  @Test
  void listsTellOfAProcessThatDiedWithoutAnybodyAsking() throws Exception {
    DemoHost host = hosts.get(0);
    JsonNode before = processOf(host, "node_exporter");
    host.setFault("node_exporter-dies", "");
    ProcessHandle.of(before.path("pid").asLong()).orElseThrow().destroyForcibly();
    await()
        .atMost(PATIENCE)
        .until(() -> processOf(host, "node_exporter").path("status").asText().equals("STOPPED"));
    assertThat(processOf(host, "ob_cleaner").path("status").asText()).isEqualTo("STARTED");
    assertThat(fleet.listed(host).path("status").asText()).isEqualTo("ONLINE");

    host.clearFaults();
    String path = "%s/%d/agent/processes/%d/restart";
    long id = before.path("id").asLong();
    system.controlPlane().post(path.formatted(Fleet.HOSTS, system.idOf(host), id), null);
  }

  @Test
  void aHostIsOfflineWhileItsSshServerIsDown() throws Exception {
    DemoHost host = hosts.get(3);
    system.ssh().goDown(host);
    await()
        .atMost(PATIENCE)
        .until(() -> fleet.listed(host).path("status").asText().equals("OFFLINE"));
    assertThat(fleet.listed(host).path("hostAgentStatus").asText()).isEqualTo("OFFLINE");
    assertThat(fleet.listed(hosts.get(2)).path("status").asText()).isEqualTo("ONLINE");

    system.ssh().comeBack(host);
    await()
        .atMost(PATIENCE)
        .until(() -> fleet.listed(host).path("status").asText().equals("ONLINE"));
    assertThat(fleet.listed(host).path("hostAgentStatus").asText()).isEqualTo("AVAILABLE");
  }

  private Service workerThatStops(long task, DemoHost host) throws IOException {
    int lane = hosts.indexOf(host);
    JsonNode subtask =
        Fleet.only(
            Fleet.list(fleet.task(task).path("subtasks")),
            candidate ->
                candidate.path("parallelIdx").asInt() == lane
                    && candidate.path("name").asText().startsWith("Stop all"));
    return system.workers().stream()
        .filter(is(subtask.path("executor").asText()))
        .findFirst()
        .orElseThrow();
  }

  /** A worker's id contains its pid. */
  private static Predicate<Service> is(String executor) {
    return worker -> executor.contains("-" + worker.process().pid() + "-");
  }

  private static Map<DemoHost, Map<String, Integer>> startsNow() throws IOException {
    Map<DemoHost, Map<String, Integer>> starts = new HashMap<>();
    for (DemoHost host : hosts) {
      starts.put(host, Fleet.starts(host));
    }
    return starts;
  }

  private static Map<DemoHost, Map<String, Integer>> expectedStarts() throws IOException {
    Map<DemoHost, Map<String, Integer>> expected = startsNow();
    expected.replaceAll((host, starts) -> Fleet.afterARestart(starts));
    return expected;
  }

  private JsonNode processOf(DemoHost host, String alias) throws IOException {
    return Fleet.only(
        fleet.processes(host), process -> process.path("alias").asText().equals(alias));
  }

  private static long pidOnTheHost(DemoHost host, String alias) throws IOException {
    return Fleet.latest(host).stream()
        .filter(line -> line.process().equals(alias))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private static int freePorts() {
    // The second control plane takes the port behind the first one.
    int port = FreePort.next();
    FreePort.next();
    return port;
  }
}
