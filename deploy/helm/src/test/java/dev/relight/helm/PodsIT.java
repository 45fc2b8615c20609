package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
  private static final String STARTS = "grep -c ' start ' {}/record";

  private static PlayedSystem system;

  @BeforeAll
  static void start() throws IOException {
    String tag = System.getenv(IMAGES);
    if (tag == null) {
      System.out.println("LEFT OUT: the chart's pods, as " + IMAGES + " names no images");
    }
    assumeTrue(tag != null);
    system = new PlayedSystem(tag);
    try {
      system.start();
    } catch (IOException | RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  @AfterAll
  static void end() throws IOException {
    if (system != null) {
      system.keepLogs(Path.of("target", "pods"));
      system.close();
      system = null;
    }
  }

  @Test
  @Order(1)
  void answerARestart() throws Exception {
    JsonNode before = processOfHostOne("node_exporter");
    String path = "/compute/hosts/1/agent/processes/" + before.path("id").asLong() + "/restart";
    JsonNode after = system.post(1, path, "");
    assertThat(after.path("status").asText()).isEqualTo("STARTED");
    assertThat(after.path("pid").asLong()).isNotEqualTo(before.path("pid").asLong());
  }

  @Test
  @Order(2)
  void loseNothingWhenAWorkerIsToldToEndDuringABatch() throws Exception {
    system.onHosts(SLOWLY);
    List<String> before = system.onHosts(STARTS).lines().toList();
    JsonNode task = system.post(0, "/compute/hosts/batchRestartAgents", "{\"hostIds\":[1,2,3]}");
    String path = "/tasks/instances/" + task.path("id").asLong();
    String drained = awaitWorkerThatStopsAnAgent(path);
    // A pod's name is its host's.
    int worker = drained.contains("-worker-0-") ? 0 : 1;
    assertThat(system.endWorker(worker)).isEqualTo(TERMINATED);
    JsonNode ended =
        await()
            .atMost(PATIENCE)
            .until(() -> system.get(path), it -> !it.path("status").asText().equals("RUNNING"));
    assertThat(ended.path("status").asText()).isEqualTo("SUCCESSFUL");
    for (JsonNode subtask : ended.path("subtasks")) {
      assertThat(subtask.path("runTime").asInt()).as(subtask.toString()).isEqualTo(1);
    }
    // One start each, and one more of the proxy, which is restarted by itself.
    List<String> after = system.onHosts(STARTS).lines().toList();
    JsonNode processes = system.get("/compute/hosts/1/agent/processes").path("contents");
    assertThat(Integer.parseInt(after.get(0)) - Integer.parseInt(before.get(0)))
        .isEqualTo(processes.size() + 1);
  }

  @Test
  @Order(3)
  void liveWithoutPostgresAndKafka() throws Exception {
    List<URI> services = system.services().stream().filter(this::isLive).toList();
    system.backends("pause");
    try {
      for (URI service : services) {
        await().atMost(PATIENCE).until(() -> system.health(service, "ready") != 200);
        assertThat(system.health(service, "live")).as(service + " live").isEqualTo(200);
        assertThat(system.health(service, "started")).as(service + " started").isEqualTo(200);
      }
    } finally {
      system.backends("unpause");
    }
    for (URI service : services) {
      await().atMost(PATIENCE).until(() -> system.health(service, "ready") == 200);
    }
  }

  private boolean isLive(URI service) {
    try {
      return system.health(service, "live") == 200;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The executor of a subtask that is being done. */
  private static String awaitWorkerThatStopsAnAgent(String task) {
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

  private static JsonNode processOfHostOne(String alias) throws Exception {
    return Manifests.each(system.get("/compute/hosts/1/agent/processes").path("contents"))
        .filter(process -> process.path("alias").asText().equals(alias))
        .findFirst()
        .orElseThrow();
  }
}
