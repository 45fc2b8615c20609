package dev.relight.controlplane.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.relight.controlplane.engine.ScriptedWorker;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was done on the hosts can be read, however much it is. */
@QuarkusTest
class LogsIT {
  private static final String HEADER =
      "############\\{EXECUTE}\\{\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d}############\n";

  @Inject Tables tables;

  private final BlockingQueue<SubtaskCommand> commands = new LinkedBlockingQueue<>();
  private ScriptedWorker worker;
  private SubtaskCommand command;

  @BeforeEach
  void startAttempt() throws InterruptedException {
    worker = new ScriptedWorker("worker", "default", (w, received) -> commands.add(received));
    await().atMost(Duration.ofSeconds(60)).until(worker::isAcknowledged);
    Api.admin().post("/compute/hosts/" + host() + "/agent/restart").then().statusCode(200);
    command = nextCommand();
    worker.report(command, ReportType.STARTED, null);
    awaitLog(HEADER);
  }

  @AfterEach
  void stopWorker() throws InterruptedException {
    worker.stop();
    tables.forgetTasks();
  }

  @Test
  void showsLinesWithinASecondWhileTheWorkGoesOn() {
    worker.log(command, List.of("agentctl stop", "\"gone\" \\ ü"));

    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> log().contains("\"gone\""));
    assertThat(log()).matches(HEADER + "agentctl stop\n\"gone\" \\\\ ü\n");
    Samples.assertLooksLike("subtask-log", read(Api.admin()));
  }

  @Test
  void everyAttemptHasItsHeader() throws InterruptedException {
    worker.log(command, List.of("one"));
    worker.report(command, ReportType.RELEASED, null);
    command = nextCommand();
    worker.report(command, ReportType.STARTED, null);
    worker.log(command, List.of("two"));

    awaitLog(HEADER + "one\n" + HEADER + "two\n");
  }

  @Test
  void whatWasNotBegunHasAnEmptyLog() {
    Api.admin()
        .get("/tasks/instances/{task}/subtasks/{id}/log", command.taskId(), command.subtaskId() + 1)
        .then()
        .statusCode(200)
        .body("data.log", equalTo(""));
  }

  @Test
  void keepsNoMoreLinesThanAnAttemptMayHave() {
    for (int i = 0; i < 12; i++) {
      worker.log(command, Collections.nCopies(1_001, "x"));
    }
    worker.report(command, ReportType.SUCCEEDED, null);

    awaitLines(10_002);
    assertThat(log())
        .matches(HEADER + "(x\n){10000}2012 lines were left out: the log of an attempt.*\n");
  }

  @Test
  void keepsNoMoreBytesThanAnAttemptMayHave() throws InterruptedException {
    List<String> lines = IntStream.range(0, 300).mapToObj(i -> "ü".repeat(499) + "x").toList();
    for (int i = 0; i < 10; i++) {
      worker.log(command, lines);
    }
    // 1,000 bytes a line.
    await().until(() -> log().contains("1952 lines were left out"));
    assertThat(log().getBytes(UTF_8)).hasSizeBetween(1_048_000, 1_048_900);
    assertThat(tables.logBytes(command.subtaskId())).isLessThan(1_048_900);

    worker.report(command, ReportType.RELEASED, null);
    command = nextCommand();
    worker.report(command, ReportType.STARTED, null);
    worker.log(command, List.of("the next attempt has room"));
    await().until(() -> log().endsWith("the next attempt has room\n"));
  }

  @Test
  void whoAskedForTheTaskMayReadItsLog() {
    RequestSpecification manager = Api.with("HOST_MANAGER");
    RequestSpecification viewer = Api.with("TASK_VIEWER");

    read(viewer).then().statusCode(200);
    read(manager).then().statusCode(403).body("error.code", equalTo(30014));
  }

  @ParameterizedTest
  @CsvSource({
    "0, -1, 404, 20000",
    "0, 5, 404, 20000",
    "990001, 0, 404, 20000",
    "0, -1000000000, 400, 10001"
  })
  void aSubtaskBelongsToItsTask(long otherTask, long otherSubtask, int status, int code) {
    Api.admin()
        .get(
            "/api/v2/tasks/instances/{task}/subtasks/{subtask}/log",
            command.taskId() + otherTask,
            command.subtaskId() + otherSubtask)
        .then()
        .statusCode(status)
        .body("error.code", equalTo(code));
  }

  private SubtaskCommand nextCommand() throws InterruptedException {
    SubtaskCommand next = commands.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static long host() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("pool", "default");
    return Api.host(form);
  }

  private void awaitLog(String pattern) {
    await().untilAsserted(() -> assertThat(log()).matches(pattern));
  }

  private void awaitLines(int count) {
    await().untilAsserted(() -> assertThat(log().lines()).hasSize(count));
  }

  private String log() {
    return read(Api.admin()).path("data.log");
  }

  private Response read(RequestSpecification user) {
    return user.get(
        "/tasks/instances/{task}/subtasks/{id}/log", command.taskId(), command.subtaskId());
  }
}
