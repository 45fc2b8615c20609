package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relight.embedded.FreePort;
import dev.relight.local.SpanCollector.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a system that has taken a task over, and failed with another one. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObservabilityIT {
  private static final Path OBSERVABILITY = Path.of("..", "observability");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static SpanCollector collector;
  private static AgentServer agent;
  private static LocalSystem system;
  private static long failed;

  @BeforeAll
  static void runATaskThatIsTakenOverAndOneThatFails() throws Exception {
    collector = new SpanCollector();
    agent = new AgentServer();
    system =
        new LocalSystem(
                new Options(directory, FreePort.next(), 2, 2, 1, true),
                Map.of(
                    "relight.traces.endpoint", collector.endpoint(),
                    "relight.metrics.interval", "1s",
                    "quarkus.log.console.json.enabled", "true"),
                System.out::println)
            .tellWorkers(agent::introduce);
    system.start();
    Fleet fleet = new Fleet(system);
    Operator operator = new Operator(system);
    DemoHost host = system.hosts().get(0);
    host.setFault("slow-stop", "4");
    long task = operator.restart(host, "00-" + TRACE + "-" + CALLER + "-01");
    await().atMost(PATIENCE).until(() -> Fleet.isStopping(host));
    operator.killTheWorkerOf(fleet.task(task));
    assertThat(fleet.awaitEnd(task).path("status").asText()).isEqualTo("SUCCESSFUL");
    host.clearFaults();
    host.setFault("start-fails", "");
    failed = fleet.restartAgents(List.of(host)).path("id").asLong();
    assertThat(fleet.awaitEnd(failed).path("status").asText()).isEqualTo("FAILED");
    host.clearFaults();
    await()
        .atMost(PATIENCE)
        .until(() -> system.workers().stream().allMatch(ObservabilityIT::ready));
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
    agent.close();
    collector.close();
  }

  @Test
  @Order(1)
  void oneTraceHasAllOfATaskAndOfItsTakeover() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(collector.of(TRACE).stream().map(s -> s.service() + ": " + s.name()))
                    .contains(
                        "relight-control-plane: POST /api/v2/compute/hosts/batchRestartAgents",
                        "relight-control-plane: store task",
                        "relight-control-plane: command STOP_ALL",
                        "relight-task-worker: run STOP_ALL",
                        "relight-task-worker: ssh stop",
                        "relight-task-worker: report SUCCEEDED",
                        "relight-control-plane: apply SUCCEEDED",
                        "relight-task-worker: run FINISH"));
    List<Taken> spans = collector.of(TRACE);
    assertThat(spans)
        .as("the stop was begun by one worker, and by another one after that")
        .filteredOn(span -> span.name().equals("apply STARTED"))
        .filteredOn(span -> subtask(span).equals(subtask(only(spans, "run STOP_ALL"))))
        .hasSizeGreaterThan(1)
        .extracting(Taken::parent)
        .doesNotHaveDuplicates();
    Taken ssh = only(spans, "ssh stop");
    assertThat(Operator.ancestors(ssh, spans))
        .as("from the host's command to the request")
        .startsWith("ssh")
        .endsWith("POST /api/v2/compute/hosts/batchRestartAgents, " + CALLER);
  }

  @Test
  @Order(2)
  void theTraceHasWhatAnAgentIsAskedByItsApi() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    long id =
        system.controlPlane().post(Fleet.HOSTS, AgentServer.description()).path("id").asLong();
    JsonNode read =
        new Operator(system)
            .post("/" + id + "/agent/refresh", "", "00-" + trace + "-" + CALLER + "-01");
    assertThat(read.path("version").asText()).as(read.toString()).isEqualTo("4.2.2");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<Taken> spans = collector.of(trace);
              assertThat(spans).extracting(Taken::name).contains("http agent/status");
              Taken asked = only(spans, "http agent/status");
              assertThat(Operator.ancestors(asked, spans))
                  .startsWith("http agent/status, run REFRESH, command REFRESH, ")
                  .endsWith(", " + CALLER);
              assertThat(asked.notes())
                  .containsEntry("server.address", "127.0.0.1")
                  .containsEntry("http.request.method", "POST");
            });
  }

  private static Taken only(List<Taken> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  private static String subtask(Taken span) {
    return span.notes().get("relight.subtask");
  }

  @Test
  @Order(3)
  void tellsPrometheusWhatIsDocumented() throws Exception {
    Map<String, Set<String>> documented = Operator.documented(OBSERVABILITY.resolve("README.md"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, Set<String>> told = new TreeMap<>();
              Scrape scrape = scrape();
              for (String name : scrape.names()) {
                String bare = name.replaceAll("_(bucket|sum|count|max)$", "");
                if (name.startsWith("relight_")) {
                  told.computeIfAbsent(bare, key -> new TreeSet<>()).addAll(scrape.labels(name));
                  told.get(bare).remove("le");
                }
              }
              assertThat(told).isEqualTo(documented);
            });
  }

  @Test
  @Order(4)
  void dashboardAndAlertsAskOnlyForWhatIsTold() throws Exception {
    Scrape scrape = scrape();
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = JSON.readTree(OBSERVABILITY.resolve("dashboard.json").toFile());
    dashboard.findValues("expr").forEach(query -> queries.add(query.asText()));
    JsonNode rules = new YAMLMapper().readTree(OBSERVABILITY.resolve("rules.yaml").toFile());
    rules.findValues("expr").forEach(query -> queries.add(query.asText()));
    assertThat(queries).hasSizeGreaterThan(50);
    for (String query : queries) {
      assertThat(scrape.unknownIn(query)).as(query).isEmpty();
    }
    assertThat(
            scrape.unknownIn("sum by (king) (rate(relight_tasks_submited_total{kin=\"x\"}[5m]))"))
        .as("what the test itself notices")
        .containsExactly(
            "king", "relight_tasks_submited_total", "relight_tasks_submited_total{kin}");
  }

  @Test
  @Order(5)
  void everyAlertIsExplained() throws Exception {
    String text = Files.readString(OBSERVABILITY.resolve("README.md"));
    JsonNode rules = new YAMLMapper().readTree(OBSERVABILITY.resolve("rules.yaml").toFile());
    for (JsonNode rule : rules.path("groups").get(0).path("rules")) {
      String name = rule.path("alert").asText();
      assertThat(text).contains("\n### " + name + "\n");
      assertThat(rule.path("annotations").path("runbook").asText())
          .endsWith("#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  @Order(6)
  void writesLinesAsJsonWithWhatTheyAreAbout() throws Exception {
    for (Service service : List.of(system.controlPlanes().get(0), system.workers().get(0))) {
      for (String line : Files.readAllLines(service.log())) {
        assertThat(JSON.readTree(line).path("level").asText()).as(line).isNotEmpty();
      }
    }
    List<String> lines = new ArrayList<>();
    for (Service service : services()) {
      lines.addAll(Files.readAllLines(service.log()));
    }
    List<JsonNode> about =
        lines.stream()
            .map(ObservabilityIT::json)
            .filter(line -> line.path("mdc").path("task").asText().equals(Long.toString(failed)))
            .toList();
    assertThat(about.stream().map(line -> line.path("loggerName").asText()).distinct())
        .contains("dev.relight.controlplane.engine.ApplyReports", "dev.relight.worker.Attempt");
    for (JsonNode line : about) {
      assertThat(line.path("mdc").path("subtask").asText()).matches("[1-9]\\d*");
      assertThat(line.path("mdc").path("attempt").asText()).isEqualTo("1");
      assertThat(line.path("mdc").path("trace").asText()).matches("[0-9a-f]{32}");
    }
  }

  @Test
  @Order(7)
  void doesNotStartWithSettingsThatAreWrong() throws Exception {
    for (Service service : List.of(system.controlPlanes().get(0), system.workers().get(0))) {
      assertThat(
              Operator.startedWith(
                  service, directory.resolve("refused.log"), "-Drelight.dispatch.lease=soon"))
          .contains("relight.dispatch.lease")
          .doesNotContain("Listening on");
      assertThat(
              Operator.startedWith(
                  service,
                  directory.resolve("refused.log"),
                  "-Drelight.dispach.lease=3s",
                  "-Drelight.dispatch.lease=0s",
                  "-Drelight.admin.secret=geheim"))
          .contains("relight.dispach.lease is no setting; did you mean relight.dispatch.lease?")
          .contains("relight.dispatch.lease must be more than 0, not 0s")
          .contains("relight.admin.secret is no setting")
          .doesNotContain("geheim");
    }
  }

  @Test
  @Order(8)
  void saysWhatIsMissingAndLivesOn() throws Exception {
    system.kafka().close();
    await()
        .atMost(PATIENCE)
        .until(() -> Operator.health(system.workers().get(0), "ready").contains("missing"));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Operator.health(system.controlPlanes().get(0), "ready")
                    .contains("Kafka has not answered"));
    system.postgres().close();
    await()
        .atMost(PATIENCE)
        .until(
            () -> Operator.health(system.controlPlanes().get(0), "ready").contains("PostgreSQL"));
    for (Service service : services()) {
      assertThat(Operator.health(service, "live")).as(service.name()).startsWith("200");
      assertThat(Operator.health(service, "ready")).as(service.name()).startsWith("503");
    }
  }

  private static Scrape scrape() throws IOException, InterruptedException {
    return Scrape.of(services());
  }

  private static List<Service> services() {
    return Stream.concat(system.controlPlanes().stream(), system.workers().stream()).toList();
  }

  private static boolean ready(Service service) {
    return Operator.health(service, "ready").startsWith("200");
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }
}
