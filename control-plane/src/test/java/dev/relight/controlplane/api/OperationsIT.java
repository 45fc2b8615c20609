package dev.relight.controlplane.api;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.relight.controlplane.engine.ScriptedWorker;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operations that answer with what a worker did and saw. */
@QuarkusTest
class OperationsIT {
  private static final String AGENT = "/compute/hosts/{id}/agent/";
  private static final String WHY = "pid 17 does not go away";

  @Inject Tables tables;

  private volatile BiConsumer<ScriptedWorker, SubtaskCommand> script =
      (worker, command) -> worker.succeed(command, agent(command));
  private ScriptedWorker worker;
  private long host;

  @BeforeEach
  void startWorker() {
    worker = new ScriptedWorker("worker", "default", (w, command) -> script.accept(w, command));
    await().atMost(Duration.ofSeconds(60)).until(worker::isAcknowledged);
    host = reachableHost();
  }

  private static long reachableHost() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("pool", "default");
    return Api.host(form);
  }

  @AfterEach
  void stopWorker() throws InterruptedException {
    worker.stop();
    tables.forgetTasks();
  }

  @Test
  void refusesToStopAnAgentThatCanOnlyBeRestarted() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.putAll(Map.of("pool", "default", "profile", "ocp-agent-http"));
    long other = Api.host(form);
    Response batch =
        Api.admin()
            .contentType("application/json")
            .body(Map.of("hostIds", List.of(host, other)))
            .post("/compute/hosts/batchStopAgents");

    for (Response answer : List.of(Api.admin().post(AGENT + "stop", other), batch)) {
      answer
          .then()
          .statusCode(409)
          .body("error.target", equalTo(String.valueOf(other)))
          .body(
              "error.message",
              equalTo(
                  "The agent of host %d cannot be stopped: its profile 'ocp-agent-http' can only"
                          .formatted(other)
                      + " restart it."));
    }
    Api.admin().post(AGENT + "stop", host).then().statusCode(200);
    Api.admin().post(AGENT + "restart", other).then().statusCode(200);
  }

  @Test
  void aRefreshAnswersWhatWasSeenOnTheHost() {
    Response answer = refresh();

    Samples.assertLooksLike("agent-detail", answer);
    answer
        .then()
        .body("data.hostId", equalTo((int) host))
        .body("data.status", equalTo("AVAILABLE"))
        .body("data.version", equalTo("3.1.0"))
        .body("data.logHome", equalTo("/home/admin/ocp_agent/log"))
        .body("data.processes.alias", contains("ob_cleaner", "pos_proxy"))
        .body("data.processes.operable", contains(true, false));
  }

  /** Their tasks share transactions; what is read behind them must not share a session. */
  @Test
  void ofManyAtOnceEachAnswersItsOwnHost() {
    List<Long> hosts = Stream.generate(OperationsIT::reachableHost).limit(40).toList();
    List<CompletableFuture<Response>> asked =
        hosts.stream()
            .map(id -> supplyAsync(() -> refresh(id), work -> new Thread(work).start()))
            .toList();

    assertThat(asked).extracting(answer -> answer.join().statusCode()).containsOnly(200);
    assertThat(asked)
        .extracting(answer -> answer.join().jsonPath().getLong("data.hostId"))
        .isEqualTo(hosts);
  }

  @Test
  void showsHostsAgentsAndProcessesAsTheSamplesDo() {
    refresh();

    Samples.assertLooksLike("host-detail", get("/compute/hosts/" + host));
    Samples.assertLooksLike("host-list", get("/api/v2/compute/hosts?size=1&sort=id,desc"));
    Samples.assertLooksLike("agent-detail", get("/compute/hosts/" + host + "/agent"));
    Samples.assertLooksLike("agent-processes", get("/compute/hosts/" + host + "/agent/processes"));
    get("/compute/hosts/" + host + "/agent/processes?size=1&page=2")
        .then()
        .body("data.contents.size()", equalTo(1))
        .body("data.page.totalElements", equalTo(2));
  }

  @Test
  void aRestartAnswersTheProcessThatWasSeenAlive() {
    Response answer = process("ob_cleaner", "restart");

    Samples.assertLooksLike("process-restart", answer);
    answer
        .then()
        .body("data.alias", equalTo("ob_cleaner"))
        .body("data.status", equalTo("STARTED"))
        .body("data.pid", equalTo(1002))
        .body("data.logFilePattern", equalTo("/home/admin/ocp_agent/log/ob_cleaner.log*"));
  }

  @Test
  void aStopAnswersAProcessThatIsGone() {
    Response answer = process("ob_cleaner", "stop");

    Samples.assertLooksLike("process-stop", answer);
    answer
        .then()
        .body("data.status", equalTo("STOPPED"))
        .body("data.pid", equalTo(0))
        .body("data.elapsedTime", equalTo(0))
        .body("data.user", nullValue())
        .body("data.startCommand", nullValue())
        .body("data.ports", nullValue());
  }

  @Test
  void whatFailedOnTheHostIsTold() {
    script = OperationsIT::failRestarts;

    process("ob_cleaner", "restart")
        .then()
        .statusCode(502)
        .body("error.code", equalTo(40002))
        .body("error.message", equalTo(WHY));
  }

  @Test
  void askedAgainAProcessIsWaitedForAndNotRestartedAgain() {
    List<SubtaskCommand> restarts = new CopyOnWriteArrayList<>();
    script =
        (w, command) -> {
          if (command.kind() == SubtaskKind.RESTART_PROCESS) {
            restarts.add(command);
          }
          w.succeed(command, agent(command));
        };
    Object process = processId("ob_cleaner");
    String key = Api.unique("key");
    Response first = restart(process, key);
    Response second = restart(process, key);

    second.then().statusCode(200).header("Idempotent-Replayed", equalTo("true"));
    assertThat(second.<Object>path("data.pid")).isEqualTo(first.path("data.pid"));
    assertThat(restarts).hasSize(1);
  }

  @Test
  void askedAgainWhatFailedOnTheHostHasFailed() {
    script = OperationsIT::failRestarts;
    Object process = processId("ob_cleaner");
    String key = Api.unique("key");

    for (int i = 0; i < 2; i++) {
      restart(process, key)
          .then()
          .statusCode(502)
          .header("Idempotent-Replayed", equalTo(i == 0 ? null : "true"))
          .body("error.message", equalTo(WHY));
    }
    int task = get("/tasks/instances?hostId=" + host).path("data.contents[0].id");
    get("/audit/events?taskId=" + task)
        .then()
        .body("data.contents.status", contains(502, 502))
        .body("data.contents.code", contains(40002, 40002))
        .body("data.contents.message", contains(WHY, WHY));
  }

  @Test
  void aTaskIsReadUntilItsEnd() {
    int task = Api.admin().post("/compute/hosts/" + host + "/agent/restart").path("data.id");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "SUCCESSFUL".equals(get("/tasks/instances/" + task).path("data.status")));

    Response detail = get("/api/v2/tasks/instances/" + task);
    Samples.assertLooksLike("task-detail", detail);
    assertThat(detail.<List<String>>path("data.subtasks.status"))
        .hasSize(5)
        .containsOnly("SUCCESSFUL");
    Samples.assertLooksLike(
        "task-list", get("/tasks/instances?hostId=" + host), "cluster", "tenant");
  }

  private Response refresh() {
    return refresh(host);
  }

  private static Response refresh(long id) {
    Response answer = Api.admin().post("/compute/hosts/" + id + "/agent/refresh");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer;
  }

  private Response process(String alias, String operation) {
    return Api.admin()
        .post(
            "/api/v2/compute/hosts/{host}/agent/processes/{id}/" + operation,
            host,
            processId(alias));
  }

  private Response restart(Object process, String key) {
    return Api.admin()
        .header("Idempotency-Key", key)
        .post("/compute/hosts/{host}/agent/processes/{id}/restart", host, process);
  }

  private Object processId(String alias) {
    List<Map<String, Object>> processes = refresh().path("data.processes");
    return processes.stream()
        .filter(process -> alias.equals(process.get("alias")))
        .findFirst()
        .orElseThrow()
        .get("id");
  }

  private static void failRestarts(ScriptedWorker worker, SubtaskCommand command) {
    if (command.kind() == SubtaskKind.REFRESH) {
      worker.succeed(command, agent(command));
    } else {
      worker.report(command, ReportType.STARTED, null);
      worker.report(command, ReportType.FAILED, WHY);
    }
  }

  private static Response get(String path) {
    return Api.admin().get(path);
  }

  /** What a worker sees after it did what the command says. */
  private static AgentState agent(SubtaskCommand command) {
    boolean stopped = command.kind() == SubtaskKind.STOP_PROCESS;
    int pid = command.kind() == SubtaskKind.RESTART_PROCESS ? 1002 : 1001;
    return new AgentState(
        true,
        "3.1.0",
        "/home/admin/ocp_agent/log",
        List.of(
            running("pos_proxy", 1000, false), stopped ? gone() : running("ob_cleaner", pid, true)),
        Instant.now());
  }

  private static ProcessState running(String alias, int pid, boolean operable) {
    return new ProcessState(alias, true, pid, Instant.now(), "root", alias, "", operable);
  }

  private static ProcessState gone() {
    return new ProcessState("ob_cleaner", false, 0, null, null, null, null, true);
  }
}
