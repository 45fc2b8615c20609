package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever changes something, or tries to, is written down. */
@QuarkusTest
class AuditIT {
  private static final String BATCH = "/compute/hosts/batchRestartAgents";

  @Inject Tables tables;

  private String trace;
  private List<Long> hosts;

  @BeforeEach
  void prepare() {
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    trace = HexFormat.of().formatHex(random);
    hosts = tables.hosts(2);
  }

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void tellsWhoDidWhatToWhichHostsFromWhere() {
    int task = batch("{\"hostIds\":" + hosts + "}").path("data.id");

    event()
        .body("user", equalTo("admin"))
        .body("operation", equalTo("POST /compute/hosts/batchRestartAgents"))
        .body("path", equalTo(BATCH))
        .body("hostIds", contains(hosts.get(0).intValue(), hosts.get(1).intValue()))
        .body("taskId", equalTo(task))
        .body("address", equalTo("127.0.0.1"))
        .body("status", equalTo(200))
        .body("", not(hasKey("code")))
        .body("", not(hasKey("message")));
  }

  @Test
  void anAcceptedTaskAndItsEventAreOfOneTransaction() {
    int task = batch("{\"hostIds\":" + hosts + "}").path("data.id");

    assertThat(tables.isAuditedInItsTransaction(task)).isTrue();
  }

  @Test
  void aChangeOfAHostOrAUserAndItsEventAreOfOneTransaction() {
    String host = Api.unique("host");
    form("POST", "/compute/hosts", Api.form(host));
    assertThat(tables.isAuditedInItsTransaction("host", host, trace)).isTrue();
    String user = Api.unique("user");
    form("POST", "/iam/users", Map.of("name", user, "password", "a-long-password"));
    assertThat(tables.isAuditedInItsTransaction("app_user", user, trace)).isTrue();
    form("PUT", "/iam/users/" + user, Map.of("roles", List.of("HOST_VIEWER")));
    assertThat(tables.isAuditedInItsTransaction("app_user", user, trace)).isTrue();
    traced(Api.admin()).post("/iam/users/" + user + "/accessKeys").then().statusCode(200);
    traced(Api.admin()).delete("/iam/users/" + user).then().statusCode(200);
    traced(Api.admin()).delete("/iam/users/" + user).then().statusCode(404);

    events()
        .body("data.contents.status", contains(404, 200, 200, 200, 200, 200))
        .body("data.contents.user", everyItem(equalTo("admin")))
        .body("data.contents[5].hostIds", hasSize(1));
  }

  @Test
  void tellsOfEachRefusal() {
    long free = hosts.get(0);
    long held = hosts.get(1);
    Api.admin().post("/compute/hosts/" + held + "/agent/stop").then().statusCode(200);

    batch("{\"hostIds\":[" + free + "," + held + "]}");
    event()
        .body("status", equalTo(409))
        .body("code", equalTo(40000))
        .body("message", containsString("is held"))
        .body("hostIds", contains((int) free, (int) held))
        .body("", not(hasKey("taskId")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 400 | 10001",
        "{ | 400 | 10001",
        "{\"hostIds\":[990001]} | 404 | 10002",
      })
  void tellsOfWhatWasMalformedOrUnknown(String body, int status, int code) {
    batch(body).then().statusCode(status);

    event()
        .body("user", equalTo("admin"))
        .body("operation", equalTo("POST " + BATCH))
        .body("status", equalTo(status))
        .body("code", equalTo(code));
  }

  @Test
  void tellsOfWhomNobodyKnowsWithoutTheNameThatWasGiven() {
    traced(Api.as("my-passw0rd", "oops")).delete("/compute/hosts/" + hosts.get(0));

    event()
        .body("status", equalTo(401))
        .body("operation", equalTo("DELETE /compute/hosts/{hostId}"))
        .body("hostIds", contains(hosts.get(0).intValue()))
        .body("", not(hasKey("user")))
        .body(not(containsString("passw0rd")));
    traced(RestAssured.given()).post("/compute/hosts");
    assertThat(events().extract().<List<Integer>>path("data.contents.status"))
        .containsExactly(401, 401);
  }

  @Test
  void tellsOfWhoLacksTheRole() {
    RequestSpecification viewer = Api.with("HOST_VIEWER");
    traced(viewer).post("/api/v2/compute/hosts/" + hosts.get(0) + "/agent/restart");

    event()
        .body("status", equalTo(403))
        .body("user", containsString("user-"))
        .body("operation", equalTo("POST /compute/hosts/{hostId}/agent/restart"))
        .body("path", equalTo("/compute/hosts/" + hosts.get(0) + "/agent/restart"))
        .body("hostIds", contains(hosts.get(0).intValue()));
  }

  @Test
  void tellsOfPathsAndMethodsThatThereAreNot() {
    traced(Api.admin()).post("/compute/nothing?password=s3cret").then().statusCode(404);
    traced(Api.admin()).put("/compute/hosts").then().statusCode(405);

    events()
        .body("data.contents.status", contains(405, 404))
        .body("data.contents[1].operation", equalTo("POST /compute/nothing"))
        .body("data.contents.user", contains("admin", "admin"))
        .body(not(containsString("s3cret")));
  }

  @Test
  void tellsOfBodiesThatAreTooLarge() {
    batch("{\"hostIds\":[1" + ",1".repeat(3_000_000) + "]}").then().statusCode(413);
    await().until(() -> tables.auditEvents(trace) == 1);

    event().body("status", equalTo(413)).body("code", equalTo(10012));
  }

  @Test
  void tellsOfAKeyThatWasUsedForAnotherRequestAndOfAReplay() {
    String key = Api.unique("key");
    String path = "/compute/hosts/" + hosts.get(0) + "/agent/";
    int task =
        traced(Api.admin()).header("Idempotency-Key", key).post(path + "stop").path("data.id");
    traced(Api.admin()).header("Idempotency-Key", key).post(path + "stop");
    traced(Api.admin()).header("Idempotency-Key", key).post(path + "restart");

    events()
        .body("data.contents.status", contains(422, 200, 200))
        .body("data.contents[1].taskId", equalTo(task))
        .body("data.contents[2].taskId", equalTo(task));
  }

  @Test
  void holdsNoPassword() {
    String name = Api.unique("user");
    form("POST", "/iam/users", Map.of("name", name, "password", "s3cret-one"));
    form("PUT", "/iam/users/" + name, Map.of("password", "s3cret-two"));
    form("POST", "/iam/users", Map.of("name", "a:b", "password", "s3cret"));
    form("POST", "/iam/users", Map.of("name", name, "password", "s3cret-one"));
    form("PUT", "/iam/users/" + name, Map.of("password", List.of("s3cret-three")));

    events()
        .body("data.contents.status", contains(400, 409, 400, 200, 200))
        .body("data.contents[3].path", equalTo("/iam/users/" + name))
        .body(not(containsString("s3cret")));
    assertThat(tables.auditText()).doesNotContain("s3cret");
  }

  @Test
  void tellsNothingOfReading() {
    traced(Api.admin()).get("/compute/hosts").then().statusCode(200);
    traced(Api.admin()).get("/compute/hosts/abc").then().statusCode(400);

    events().body("data.contents", empty());
  }

  @Test
  void findsEventsByUserOperationHostTaskAndTime() {
    OffsetDateTime before = OffsetDateTime.now().minusSeconds(5);
    int task = batch("{\"hostIds\":" + hosts + "}").path("data.id");
    String host = "hostId=" + hosts.get(1);

    find(host).body("data.contents.taskId", contains(task));
    find("taskId=" + task).body("data.contents.hostIds[0]", hasSize(2));
    find(host + "&user=admin&operation=BATCHrestart").body("data.contents", hasSize(1));
    find(host + "&user=nobody").body("data.contents", empty());
    find(host + "&operation=batchStop").body("data.contents", empty());
    find(host + "&from=" + before + "&to=" + before.plusMinutes(1))
        .body("data.contents", hasSize(1))
        .body("data.page.totalElements", equalTo(1));
    find(host + "&to=" + before).body("data.contents", empty());
    find(host + "&from=" + before.plusMinutes(1)).body("data.contents", empty());
    find("size=1&page=2&sort=time,asc").body("data.contents", hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({"from=yesterday, from", "to=2026-01-01, to", "hostId=x, hostId", "sort=user, sort"})
  void aFilterSaysWhatItTakes(String query, String field) {
    Api.admin()
        .get("/audit/events?" + query)
        .then()
        .statusCode(400)
        .body("error.code", equalTo(10001))
        .body("error.subErrors[0].field", equalTo(field));
  }

  private static ValidatableResponse find(String query) {
    return RestAssured.given()
        .spec(Api.admin())
        .urlEncodingEnabled(false)
        .get("/api/v2/audit/events?" + query)
        .then()
        .statusCode(200);
  }

  private void form(String method, String path, Map<String, ?> form) {
    traced(Api.admin()).contentType(ContentType.JSON).body(form).request(method, path);
  }

  private Response batch(String body) {
    return traced(Api.admin()).contentType(ContentType.JSON).body(body).post(BATCH);
  }

  private RequestSpecification traced(RequestSpecification user) {
    return user.header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
  }

  /** The one event of this test's trace. */
  private ValidatableResponse event() {
    return events().body("data.contents", hasSize(1)).rootPath("data.contents[0]");
  }

  /** The events of this test's trace, the newest first. */
  private ValidatableResponse events() {
    return find("traceId=" + trace);
  }
}
