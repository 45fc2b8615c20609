package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.helm.PlayedSystem.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The Deployments that the chart renders, on real images. Where the environment does not name their
 * tag in {@value #IMAGES}, as {@code deploy/containers/build} made them, it says that it is left
 * out.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PodsIT {
  private static final String IMAGES = "RELIGHT_TEST_PODS";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TERMINATED = 143;
  private static final String SLOWLY = "echo 6 > {}/ocp_agent/faults/slow-stop";
  private static final String AS_EVER = "rm {}/ocp_agent/faults/slow-stop";
  private static final String STARTS = "grep -c ' start ' {}/record";
  private static final String STATE =
      "id -u; touch /opt/relight/x /x 2>/dev/null || echo refused; touch /tmp/x && echo written;"
          + " grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t' ' '";

  private static PlayedSystem system;

  @BeforeAll
  static void start() throws Exception {
    String tag = System.getenv(IMAGES);
    if (tag == null) {
      System.out.println("LEFT OUT: the chart's pods, as " + IMAGES + " names no images");
    }
    assumeTrue(tag != null);
    system = new PlayedSystem(tag);
    try {
      system.start();
    } catch (Exception | Error e) {
      end();
      throw e;
    }
  }

  @AfterAll
  static void end() throws IOException {
    if (system != null) {
      try (PlayedSystem ending = system) {
        system = null;
        ending.keepLogs(Path.of("target", "pods"));
      }
    }
  }

  @Test
  @Order(1)
  void areNobodyAndWriteNowhere() throws IOException {
    for (Replica replica : system.all()) {
      assertThat(Podman.run("exec", replica.container(), "sh", "-c", STATE).lines())
          .as(replica.toString())
          .containsExactly(
              "10001",
              "refused",
              "written",
              "CapEff: 0000000000000000",
              "NoNewPrivs: 1",
              "Seccomp: 2");
    }
  }

  @Test
  @Order(1)
  void tellWhatIsInThem() throws IOException {
    for (String container : system.containers()) {
      BillOfMaterials bill = new BillOfMaterials(container);
      assertThat(bill.format()).as(container).isEqualTo("CycloneDX");
      assertThat(bill.libraries()).as(container).hasSizeGreaterThan(50);
      assertThat(bill.untold()).as(container).isEmpty();
    }
  }

  @Test
  @Order(2)
  void answerARestart() throws Exception {
    JsonNode before = processOfHostOne("node_exporter");
    JsonNode after = system.post(restartOf(before), "");
    assertThat(after.path("status").asText()).isEqualTo("STARTED");
    assertThat(after.path("pid").asLong()).isNotEqualTo(before.path("pid").asLong());
  }

  @Test
  @Order(3)
  void failNothingWhileAWorkerIsReplacedDuringABatch() throws Exception {
    system.surroundings().onHosts(SLOWLY);
    List<String> before = system.surroundings().onHosts(STARTS).lines().toList();
    Replica more = system.add(PlayedSystem.WORKER);
    assertThat(system.workers()).contains(more);
    JsonNode task = system.post("/compute/hosts/batchRestartAgents", "{\"hostIds\":[1,2,3]}");
    String path = "/tasks/instances/" + task.path("id").asLong();
    String executor = awaitExecutorThatStopsAnAgent(path);
    Replica old =
        system.workers().stream()
            .filter(it -> executor.startsWith(it.pod()))
            .findFirst()
            .orElseThrow();
    assertThat(system.end(old, () -> {})).isEqualTo(TERMINATED);
    JsonNode ended =
        await()
            .atMost(PATIENCE)
            .until(() -> system.get(path), it -> !it.path("status").asText().equals("RUNNING"));
    assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("SUCCESSFUL");
    for (JsonNode subtask : ended.path("subtasks")) {
      assertThat(subtask.path("runTime").asInt()).as(subtask.toString()).isEqualTo(1);
    }
    List<String> after = system.surroundings().onHosts(STARTS).lines().toList();
    for (int host = 1; host <= Surroundings.HOSTS; host++) {
      int starts = Integer.parseInt(after.get(host - 1)) - Integer.parseInt(before.get(host - 1));
      assertThat(starts).as("starts on host " + host).isEqualTo(startsOfARestart(host));
    }
    system.surroundings().onHosts(AS_EVER);
  }

  @Test
  @Order(4)
  void failNoRequestWhileAControlPlaneIsReplaced() throws Exception {
    Replica old = system.endpoints().get(0);
    JsonNode before = processOfHostOne("node_exporter");
    try (Asker asker = new Asker(() -> system.get("/compute/hosts?size=10"))) {
      system.add(PlayedSystem.CONTROL_PLANE);
      // So that it cannot end before the signal.
      system.surroundings().pauseHosts();
      CompletableFuture<JsonNode> restart =
          CompletableFuture.supplyAsync(() -> restart(old, before));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  system
                      .get("/tasks/instances?status=RUNNING&hostId=1")
                      .path("contents")
                      .findValuesAsText("name")
                      .contains("Restart agent process"));
      assertThat(system.end(old, system.surroundings()::resumeHosts)).isEqualTo(TERMINATED);
      JsonNode after = restart.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(after.path("status").asText()).isEqualTo("STARTED");
      assertThat(after.path("pid").asLong()).isNotEqualTo(before.path("pid").asLong());
      assertThat(asker.answers()).isGreaterThan(10);
      assertThat(asker.failures()).isEmpty();
    }
  }

  @Test
  @Order(5)
  void liveWithoutPostgresAndKafka() throws Exception {
    List<Replica> replicas = system.all();
    system.surroundings().pauseBackends();
    try {
      for (Replica replica : replicas) {
        await().atMost(PATIENCE).until(() -> system.health(replica, "ready") != 200);
        assertThat(system.health(replica, "live")).as(replica + " live").isEqualTo(200);
        assertThat(system.health(replica, "started")).as(replica + " started").isEqualTo(200);
      }
    } finally {
      system.surroundings().resumeBackends();
    }
    for (Replica replica : replicas) {
      await().atMost(PATIENCE).until(() -> system.health(replica, "ready") == 200);
    }
  }

  /**
   * One of each process, and one more of the proxy, where there is one: it is restarted by itself.
   */
  private static int startsOfARestart(int host) throws Exception {
    List<String> processes =
        system
            .get("/compute/hosts/" + host + "/agent/processes")
            .path("contents")
            .findValuesAsText("alias");
    return processes.size() + (processes.contains("pos_proxy") ? 1 : 0);
  }

  /** The executor of a subtask that is being done; a pod's name is its host's. */
  private static String awaitExecutorThatStopsAnAgent(String task) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                Manifests.each(system.get(task).path("subtasks"))
                    .filter(it -> it.path("name").asText().startsWith("Stop all"))
                    .filter(it -> it.path("status").asText().equals("RUNNING"))
                    .map(it -> it.path("executor").asText())
                    .findFirst()
                    .orElse(""),
            executor -> !executor.isEmpty());
  }

  private static JsonNode restart(Replica controlPlane, JsonNode process) {
    try {
      return system.post(controlPlane, restartOf(process), "");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String restartOf(JsonNode process) {
    return "/compute/hosts/1/agent/processes/" + process.path("id").asLong() + "/restart";
  }

  /** As soon as it was read from the host. */
  private static JsonNode processOfHostOne(String alias) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                Manifests.each(system.get("/compute/hosts/1/agent/processes").path("contents"))
                    .filter(process -> process.path("alias").asText().equals(alias))
                    .findFirst(),
            found -> found.isPresent())
        .orElseThrow();
  }
}
