package dev.relight.controlplane.api;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operations answer that make a task. */
@QuarkusTest
class SubmittingIT {
  /** What differs from task to task. */
  private static final Set<String> OWN = Set.of("id", "hostId", "startTime", "context");

  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @ParameterizedTest
  @CsvSource({
    "agents-batch-restart, /compute/hosts/batchRestartAgents",
    "agents-batch-stop, /api/v2/compute/hosts/batchStopAgents",
    "agent-restart, /compute/hosts/{id}/agent/restart",
    "agent-stop, /api/v2/compute/hosts/{id}/agent/stop"
  })
  void answersTheSampleForOneHost(String sample, String path) {
    long host = tables.hosts(1).get(0);
    Response answer =
        path.contains("{id}")
            ? Api.admin().post(path, host)
            : batch(path, "hostids", List.of(host));

    Samples.assertLooksLike(sample, answer);
    JsonNode expected = Samples.sample(sample).get("data");
    JsonNode data = Samples.json(answer).get("data");
    assertThat(scalars(data)).isEqualTo(scalars(expected));
    assertThat(data.get("context").toString())
        .isEqualTo(expected.get("context").toString().replace("\"2\"", "\"" + host + "\""));
    assertThat(chain(data.get("subtasks"))).isEqualTo(chain(expected.get("subtasks")));
  }

  @Test
  void takesBothSpellingsAndEachHostOnce() {
    List<Long> hosts = tables.hosts(3);
    List<Long> named = List.of(hosts.get(2), hosts.get(0), hosts.get(2), hosts.get(1));
    Response answer =
        Api.admin()
            .contentType(ContentType.JSON)
            .body(Map.of("hostIds", named, "hostids", named, "unknown", true))
            .post("/compute/hosts/batchRestartAgents");

    answer
        .then()
        .statusCode(200)
        .body("data.subtasks.size()", equalTo(19))
        .body(
            "data.context.listMap.host_ids",
            equalTo(
                List.of(
                    hosts.get(2).toString(), hosts.get(0).toString(), hosts.get(1).toString())));
  }

  @Test
  void aBatchHasAWaitNodeBetweenItsStages() {
    JsonNode subtasks =
        Samples.json(batch("/compute/hosts/batchRestartAgents", "hostIds", tables.hosts(4)))
            .at("/data/subtasks");

    Set<String> edges = new HashSet<>();
    subtasks.forEach(
        node ->
            node.get("downstreams")
                .forEach(down -> edges.add(node.get("id").asLong() + ">" + down.asLong())));
    assertThat(subtasks).hasSize(24);
    assertThat(edges).hasSize(8 * 4);
    subtasks.forEach(
        node -> {
          boolean wait = node.get("name").asText().equals("Wait node");
          assertThat(node.get("parallelIdx").asInt()).isBetween(wait ? -1 : 0, wait ? -1 : 3);
          node.get("upstreams")
              .forEach(
                  up -> assertThat(edges).contains(up.asLong() + ">" + node.get("id").asLong()));
        });
  }

  @Test
  void aHeldHostRefusesASecondTask() {
    List<Long> hosts = tables.hosts(2);
    int task = batch("/compute/hosts/batchRestartAgents", "hostIds", hosts).path("data.id");

    Api.admin()
        .post("/compute/hosts/" + hosts.get(1) + "/agent/stop")
        .then()
        .statusCode(409)
        .body("error.code", equalTo(40000))
        .body("error.target", equalTo("" + task))
        .body("error.message", containsString("" + task));
  }

  /** They share transactions; what one of them is refused for is not the others' affair. */
  @Test
  void refusesAmongManyAtOnceThoseThatCannotBe() {
    List<Long> hosts = tables.hosts(30);
    long twice = hosts.get(7);
    List<Long> wanted = new ArrayList<>(hosts);
    wanted.add(twice);
    wanted.add(11, Long.MAX_VALUE);
    List<CompletableFuture<Response>> asked =
        wanted.stream()
            .map(host -> supplyAsync(() -> restart(host), work -> new Thread(work).start()))
            .toList();
    List<Response> answers = asked.stream().map(CompletableFuture::join).toList();

    Map<Integer, Long> statuses =
        answers.stream().collect(groupingBy(Response::statusCode, counting()));
    assertThat(statuses).isEqualTo(Map.of(200, 30L, 404, 1L, 409, 1L));
    assertThat(answers.get(11).statusCode()).isEqualTo(404);
    assertThat(tables.tasks()).isEqualTo(30);
    for (int i = 0; i < wanted.size(); i++) {
      if (answers.get(i).statusCode() == 200) {
        assertThat(answers.get(i).jsonPath().getString("data.context.listMap.host_ids[0]"))
            .isEqualTo(String.valueOf(wanted.get(i)));
      }
    }
  }

  private static Response restart(long host) {
    return batch("/compute/hosts/batchRestartAgents", "hostIds", List.of(host));
  }

  @Test
  void handsOnTheTraceOfTheRequest() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    Api.admin()
        .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
        .post("/compute/hosts/" + tables.hosts(1).get(0) + "/agent/restart")
        .then()
        .body("traceId", equalTo(trace));
    assertThat(tables.traceparents()).contains("00-" + trace + "-00f067aa0ba902b7-01");
  }

  @Test
  void writesATaskOfThousandsOfHosts() throws IOException {
    Response answer = batch("/compute/hosts/batchRestartAgents", "hostIds", tables.hosts(2000));

    assertThat(answer.statusCode()).isEqualTo(200);
    try (JsonParser json = new JsonFactory().createParser(answer.asInputStream())) {
      int timeouts = 0;
      while (json.nextToken() != null) {
        timeouts += "timeout".equals(json.currentName()) ? 1 : 0;
      }
      // A name and its value each are a token of that name.
      assertThat(timeouts / 2).isEqualTo(10_004);
    }
  }

  private static Response batch(String path, String field, List<Long> hosts) {
    return Api.admin().contentType(ContentType.JSON).body(Map.of(field, hosts)).post(path);
  }

  private static Map<String, JsonNode> scalars(JsonNode task) {
    Map<String, JsonNode> scalars = new HashMap<>();
    task.properties()
        .forEach(
            field -> {
              if (field.getValue().isValueNode() && !OWN.contains(field.getKey())) {
                scalars.put(field.getKey(), field.getValue());
              }
            });
    return scalars;
  }

  /** The subtasks in the order of their edges, without what has no meaning: ids and numbers. */
  private static List<JsonNode> chain(JsonNode subtasks) {
    Map<Long, JsonNode> byId = new HashMap<>();
    subtasks.forEach(subtask -> byId.put(subtask.get("id").asLong(), subtask));
    List<JsonNode> chain = new ArrayList<>();
    JsonNode next = null;
    for (JsonNode subtask : subtasks) {
      next = subtask.get("upstreams").isEmpty() ? subtask : next;
    }
    while (next != null) {
      JsonNode downstream = byId.get(next.at("/downstreams/0").asLong());
      assertThat(next.get("downstreams").size()).isEqualTo(downstream == null ? 0 : 1);
      chain.add(((ObjectNode) next).without(List.of("id", "seriesId", "upstreams", "downstreams")));
      next = downstream;
    }
    assertThat(chain).hasSameSizeAs(subtasks);
    return chain;
  }
}
