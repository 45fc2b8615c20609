package dev.relight.controlplane.api;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may hold a task, let it go on and end it, and what is answered and written down. */
@QuarkusTest
class TaskControlIT {
  private static final List<String> OPERATIONS = List.of("pause", "resume", "cancel");

  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void whoAskedForATaskMayHoldAndEndIt() {
    RequestSpecification creator = Api.with("HOST_MANAGER");
    String path = task(creator);

    post(creator, path + "/pause", "PAUSED", "EXECUTE");
    post(creator, path + "/resume", "RUNNING", "EXECUTE");
    // No worker has begun anything, so nothing is to be waited for.
    post(creator, "/api/v2" + path + "/cancel", "CANCELED", "CANCEL");
  }

  @Test
  void aTaskManagerMayHoldAndEndAnybodysTask() {
    RequestSpecification manager = Api.with("TASK_MANAGER");
    String path = task(Api.admin());

    post(manager, path + "/pause", "PAUSED", "EXECUTE");
    post(manager, path + "/cancel", "CANCELED", "CANCEL");
  }

  @Test
  void nobodyElseMay() {
    String path = task(Api.admin());
    for (String operation : OPERATIONS) {
      for (String role : List.of("HOST_MANAGER", "TASK_VIEWER")) {
        Api.with(role)
            .post(path + "/" + operation)
            .then()
            .statusCode(403)
            .body("error.code", equalTo(30014));
      }
      Api.anonymous().post(path + "/" + operation).then().statusCode(401);
    }
  }

  @Test
  void aTaskThatThereIsNotIsNotFound() {
    for (String operation : OPERATIONS) {
      Api.admin()
          .post("/tasks/instances/1/" + operation)
          .then()
          .statusCode(404)
          .body("error.code", equalTo(20000));
      Api.admin()
          .post("/tasks/instances/x/" + operation)
          .then()
          .statusCode(400)
          .body("error.code", equalTo(10001));
    }
  }

  @Test
  void whatWasAskedOfATaskIsWrittenDown() {
    String path = task(Api.admin());
    Api.admin().post(path + "/rollback").then().statusCode(400);
    Api.admin().post(path + "/cancel").then().statusCode(200);

    String id = path.substring(path.lastIndexOf('/') + 1);
    Api.admin()
        .get("/audit/events?taskId=" + id)
        .then()
        .body("data.contents.operation", hasItem("POST /tasks/instances/{taskId}/cancel"))
        .body("data.contents.find { it.operation.endsWith('rollback') }.code", equalTo(20003))
        .body("data.contents.find { it.operation.endsWith('cancel') }.status", equalTo(200));
  }

  private String task(RequestSpecification user) {
    long host = tables.hosts(1).get(0);
    return "/tasks/instances/"
        + RestAssured.given()
            .spec(user)
            .post("/compute/hosts/" + host + "/agent/restart")
            .path("data.id");
  }

  private static void post(
      RequestSpecification user, String path, String status, String operation) {
    RestAssured.given()
        .spec(user)
        .post(path)
        .then()
        .statusCode(200)
        .body("data.status", equalTo(status))
        .body("data.operation", equalTo(operation));
  }
}
