package dev.relight.controlplane.api;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, for every operation. */
@QuarkusTest
class RolesIT {
  private static final String OPERATIONS =
      """
      GET,    /compute/hosts,                              HOST_VIEWER
      GET,    /compute/hosts/990001,                       HOST_VIEWER
      GET,    /compute/hosts/990001/agent,                 HOST_VIEWER
      GET,    /compute/hosts/990001/agent/processes,       HOST_VIEWER
      POST,   /compute/hosts,                              HOST_MANAGER
      PUT,    /compute/hosts/990001,                       HOST_MANAGER
      DELETE, /compute/hosts/990001,                       HOST_MANAGER
      POST,   /compute/hosts/batchRestartAgents,           HOST_MANAGER
      POST,   /compute/hosts/batchStopAgents,              HOST_MANAGER
      POST,   /api/v2/compute/hosts/batchRestartAgents,    HOST_MANAGER
      POST,   /compute/hosts/990001/agent/restart,         HOST_MANAGER
      POST,   /compute/hosts/990001/agent/stop,            HOST_MANAGER
      POST,   /compute/hosts/990001/agent/refresh,         HOST_MANAGER
      POST,   /compute/hosts/990001/agent/processes/1/restart, HOST_MANAGER
      POST,   /compute/hosts/990001/agent/processes/1/stop,    HOST_MANAGER
      GET,    /tasks/instances,                            TASK_VIEWER
      POST,   /tasks/instances/1/retry,                    TASK_MANAGER
      POST,   /tasks/instances/1/rollback,                 TASK_MANAGER
      POST,   /tasks/instances/1/subtasks/1/retry,         TASK_MANAGER
      POST,   /tasks/instances/1/subtasks/1/skip,          TASK_MANAGER
      POST,   /tasks/instances/1/subtasks/1/cancel,        TASK_MANAGER
      GET,    /audit/events,                               ADMIN
      GET,    /iam/users,                                  ADMIN
      POST,   /iam/users,                                  ADMIN
      PUT,    /iam/users/nobody,                           ADMIN
      DELETE, /iam/users/nobody,                           ADMIN
      POST,   /iam/users/nobody/accessKeys,                ADMIN
      DELETE, /iam/users/nobody/accessKeys/none,           ADMIN
      """;

  private static final Map<String, String> WITHOUT =
      Map.of(
          "HOST_VIEWER", "TASK_MANAGER",
          "HOST_MANAGER", "HOST_VIEWER",
          "TASK_VIEWER", "HOST_MANAGER",
          "TASK_MANAGER", "TASK_VIEWER",
          "ADMIN", "HOST_MANAGER");

  private static final Map<String, String> INCLUDING =
      Map.of(
          "HOST_VIEWER", "HOST_MANAGER",
          "HOST_MANAGER", "ADMIN",
          "TASK_VIEWER", "TASK_MANAGER",
          "TASK_MANAGER", "ADMIN",
          "ADMIN", "ADMIN");

  private static final Map<String, RequestSpecification> USERS = new ConcurrentHashMap<>();

  @ParameterizedTest
  @CsvSource(textBlock = OPERATIONS)
  void needsAUser(String method, String path, String role) {
    send(RestAssured.given(), method, path)
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Basic realm=\"Relight\"")
        .body("error.code", equalTo(30000));
  }

  @ParameterizedTest
  @CsvSource(textBlock = OPERATIONS)
  void needsTheRole(String method, String path, String role) {
    send(user(WITHOUT.get(role)), method, path)
        .then()
        .statusCode(403)
        .body("error.code", equalTo(30014))
        .body("successful", equalTo(false));
  }

  @ParameterizedTest
  @CsvSource(textBlock = OPERATIONS)
  void theRoleIsEnoughAndSoIsOneThatIncludesIt(String method, String path, String role) {
    send(user(role), method, path).then().statusCode(not(403));
    send(user(INCLUDING.get(role)), method, path).then().statusCode(not(403));
  }

  private static RequestSpecification user(String role) {
    return RestAssured.given().spec(USERS.computeIfAbsent(role, Api::with));
  }

  /** With a body that is no good, so that nothing is done even where it is allowed. */
  private static Response send(RequestSpecification request, String method, String path) {
    if (method.equals("PUT") || path.matches(".*(hosts|users|batch.*)")) {
      request.contentType(ContentType.JSON).body("{\"hostIds\":[]}");
    }
    return request.request(method, path);
  }
}
