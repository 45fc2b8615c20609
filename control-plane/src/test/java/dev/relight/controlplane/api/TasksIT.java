package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How tasks are found and read. */
@QuarkusTest
class TasksIT {
  @Inject Tables tables;

  @BeforeEach
  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void showsTheNewestTaskFirst() {
    int first = restart(tables.hosts(1));
    int second = restart(tables.hosts(1));

    list("").body("data.contents.id", contains(second, first));
    list("?sort=startTime").body("data.contents.id", contains(first, second));
  }

  @Test
  void findsTasksByNameStatusTypeAndHost() {
    List<Long> hosts = tables.hosts(3);
    int batch = restart(hosts.subList(0, 2));
    int single = Api.admin().post("/compute/hosts/" + hosts.get(2) + "/agent/stop").path("data.id");

    list("?name=BATCH").body("data.contents.id", contains(batch));
    list("?name=stop").body("data.contents.id", contains(single));
    list("?hostId=" + hosts.get(1)).body("data.contents.id", contains(batch));
    list("?status=RUNNING&type=MANUAL").body("data.contents", hasSize(2));
    list("?status=FAILED").body("data.contents", hasSize(0));
    list("?type=SCHEDULED").body("data.page.totalElements", equalTo(0));
  }

  @Test
  void aListShowsAHundredSubtasksOfATaskAndThoseThatFailedFirst() {
    restart(tables.hosts(30));
    long failed = tables.failOne("FINISH");

    list("")
        .body("data.contents[0].subtasks", hasSize(100))
        .body("data.contents[0].subtasks[0].id", equalTo((int) failed))
        .body("data.contents[0].subtasks[0].status", equalTo("FAILED"));
  }

  @Test
  void readsATaskThatIsLargerThanOneRead() {
    int task = restart(tables.hosts(500));
    Response answer = Api.admin().get("/tasks/instances/" + task);

    List<Integer> series = answer.path("data.subtasks.seriesId");
    assertThat(series).isEqualTo(IntStream.range(0, 2504).boxed().toList());
    List<List<Integer>> upstreams = answer.path("data.subtasks.upstreams");
    assertThat(upstreams.get(500)).hasSize(500);
  }

  @Test
  void tellsWhyASubtaskFailed() {
    int task = restart(tables.hosts(1));
    tables.failOne("STOP_ALL");

    Api.admin()
        .get("/tasks/instances/" + task)
        .then()
        .body("data.subtasks.findAll { it.message != null }.message", contains("no route to host"));
  }

  @Test
  void whoAskedForATaskMayReadIt() {
    RequestSpecification manager = Api.with("HOST_MANAGER");
    RequestSpecification other = Api.with("HOST_MANAGER");
    RequestSpecification viewer = Api.with("TASK_VIEWER");
    int task =
        manager.post("/compute/hosts/" + tables.hosts(1).get(0) + "/agent/restart").path("data.id");

    manager.get("/tasks/instances/" + task).then().statusCode(200);
    viewer.get("/tasks/instances/" + task).then().statusCode(200);
    other.get("/tasks/instances/" + task).then().statusCode(403);
    manager.get("/tasks/instances").then().statusCode(403);
  }

  private static int restart(List<Long> hosts) {
    return Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("hostIds", hosts))
        .post("/compute/hosts/batchRestartAgents")
        .path("data.id");
  }

  private static ValidatableResponse list(String query) {
    return Api.admin().get("/tasks/instances" + query).then().statusCode(200);
  }
}
