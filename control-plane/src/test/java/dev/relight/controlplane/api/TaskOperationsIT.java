package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be done with a task that does not go as it should, and in which state. */
@QuarkusTest
class TaskOperationsIT {
  @Inject Tables tables;

  @BeforeEach
  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void aSubtaskThatNoWorkerHasIsCanceledAtOnceAndCanBeRetriedAndSkipped() {
    long host = tables.hosts(1).get(0);
    Response task = Api.admin().post("/compute/hosts/" + host + "/agent/restart");
    String path = "/tasks/instances/" + task.path("data.id");
    String subtask = path + "/subtasks/" + first(task);

    Samples.assertLooksLike("subtask-cancel", post(subtask + "/cancel").extract().response());
    assertThat(get(path, "status")).isEqualTo("FAILED");
    assertThat(get(path, "subtasks[0].operation")).isEqualTo("CANCEL");

    ValidatableResponse retried = post(subtask + "/retry");
    // No worker has begun with it yet.
    Samples.assertLooksLike(
        "subtask-retry", retried.extract().response(), "executor", "startTime", "finishTime");
    retried
        .body("data.status", equalTo("READY"))
        .body("data.operation", equalTo("RETRY"))
        .body("data.runTime", equalTo(2));
    assertThat(get(path, "status")).isEqualTo("RUNNING");
    assertThat(get(path, "operation")).isEqualTo("RETRY");

    post(subtask + "/cancel").statusCode(200);
    post(path + "/retry").statusCode(200).body("data.status", equalTo("RUNNING"));
    post(subtask + "/cancel").statusCode(200);
    Samples.assertLooksLike(
        "subtask-skip", post("/api/v2" + subtask + "/skip").extract().response());
    assertThat(get(path, "subtasks[0].status")).isEqualTo("SUCCESSFUL");
    assertThat(get(path, "subtasks[0].operation")).isEqualTo("SKIP");
    assertThat(get(path, "subtasks[1].status")).isEqualTo("READY");
  }

  @Test
  void whatTheStateDoesNotAllowIsRefused() {
    long host = tables.hosts(1).get(0);
    Response task = Api.admin().post("/compute/hosts/" + host + "/agent/restart");
    int id = task.path("data.id");
    String path = "/tasks/instances/" + id;
    int first = first(task);

    post(path + "/retry")
        .statusCode(400)
        .body("error.code", equalTo(20003))
        .body(
            "error.message",
            equalTo(
                "This operation is not supported for the " + id + " task in the RUNNING state."));
    for (String operation : List.of("retry", "skip")) {
      post(path + "/subtasks/" + first + "/" + operation)
          .statusCode(400)
          .body("error.code", equalTo(20003))
          .body("error.message", containsString("READY"));
    }
    post(path + "/subtasks/" + (first + 1) + "/cancel")
        .statusCode(400)
        .body("error.code", equalTo(20003));
  }

  @Test
  void anotherTasksSubtaskIsNotFound() {
    List<Long> hosts = tables.hosts(2);
    Response one = Api.admin().post("/compute/hosts/" + hosts.get(0) + "/agent/restart");
    Response other = Api.admin().post("/compute/hosts/" + hosts.get(1) + "/agent/restart");
    String path = "/tasks/instances/" + one.path("data.id") + "/subtasks/" + first(other);

    for (String operation : List.of("retry", "skip", "cancel")) {
      post(path + "/" + operation).statusCode(404).body("error.code", equalTo(20000));
    }
    post("/tasks/instances/1/retry").statusCode(404).body("error.code", equalTo(20000));
    post("/tasks/instances/x/retry").statusCode(400).body("error.code", equalTo(10001));
  }

  @Test
  void aRetryIsRefusedWhileAnotherTaskHasTheHost() {
    long host = tables.hosts(1).get(0);
    Response task = Api.admin().post("/compute/hosts/" + host + "/agent/restart");
    String path = "/tasks/instances/" + task.path("data.id");
    post(path + "/subtasks/" + first(task) + "/cancel").statusCode(200);
    int holder = Api.admin().post("/compute/hosts/" + host + "/agent/stop").path("data.id");

    post(path + "/retry")
        .statusCode(409)
        .body("error.code", equalTo(40000))
        .body("error.target", equalTo(String.valueOf(holder)));
    assertThat(get(path, "status")).isEqualTo("FAILED");
  }

  /** Id of the subtask that is first in the lane. */
  private static int first(Response task) {
    List<Map<String, Object>> subtasks = task.path("data.subtasks");
    return subtasks.stream().mapToInt(subtask -> (int) subtask.get("id")).min().orElseThrow();
  }

  private static ValidatableResponse post(String path) {
    return Api.admin().post(path).then();
  }

  private static Object get(String path, String member) {
    return Api.admin().get(path).path("data." + member);
  }
}
