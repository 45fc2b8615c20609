package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ten risks of the OWASP API Security Top 10 (2023), one after the other, over all operations
 * that there are. What is tested in depth elsewhere is named there.
 */
@QuarkusTest
class OwaspApiIT {
  private static final String RESTART = "/compute/hosts/batchRestartAgents";

  /** What nobody outside is to read. */
  private static final List<String> INSIDES =
      List.of("Exception", "dev.relight", "io.quarkus", "fasterxml", "vertx", "hibernate", "\tat ");

  private record Operation(String method, String path) {
    Response ask(RequestSpecification as) {
      String filled =
          path.replaceAll("\\{(hostId|taskId|subtaskId|agentProcessId)}", "990001")
              .replaceAll("\\{.*?}", "nobody");
      return as.request(method, filled);
    }
  }

  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  @DisplayName("API1:2023 Broken Object Level Authorization")
  void aTaskIsSeenAndChangedOnlyByItsCreatorAndByThoseWithTheRole() {
    RequestSpecification alice = Api.with("HOST_MANAGER");
    RequestSpecification mallory = Api.with("HOST_MANAGER");
    Response made = restart(alice, Api.host());
    String task = "/tasks/instances/" + made.path("data.id");
    String log = task + "/subtasks/" + made.path("data.subtasks[0].id") + "/log";

    for (String path : List.of(task, log, task + "/events")) {
      again(mallory).get(path).then().statusCode(403).body("data", nullValue());
    }
    for (String change : List.of("/pause", "/resume", "/cancel")) {
      again(mallory).post(task + change).then().statusCode(403);
    }
    again(alice).get(task).then().statusCode(200).body("data.status", equalTo("RUNNING"));
    again(alice).get(log).then().statusCode(200);
    // A subtask does not come into reach by naming a task that is.
    String other = "/tasks/instances/" + restart(mallory, Api.host()).path("data.id");
    again(mallory).get(log.replace(task, other)).then().statusCode(404);
  }

  @Test
  @DisplayName("API2:2023 Broken Authentication")
  void noOperationIsDoneForSomebodyWhoHasNotProvedWhoHeIs() {
    String unsigned = "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGVzIjpbIkFETUlOIl19.";
    for (Operation operation : operations()) {
      operation.ask(RestAssured.given()).then().statusCode(401);
      operation.ask(RestAssured.given().header("Authorization", unsigned)).then().statusCode(401);
    }
    // LimitsIT has those who guess, AccessKeysIT those who repeat, TokensIT those who forge.
    Api.as("admin", "").get("/iam/me").then().statusCode(401);
    Api.as("ADMIN", "admin-secret").get("/iam/me").then().statusCode(401);
    RestAssured.given().get("/iam/me?user=admin&password=admin-secret").then().statusCode(401);
  }

  @Test
  @DisplayName("API3:2023 Broken Object Property Level Authorization")
  void nobodySetsOrReadsWhatIsNotHis() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.putAll(Map.of("id", 990001, "status", "OFFLINE", "hostAgentStatus", "AVAILABLE"));
    json(Api.admin(), form)
        .post("/compute/hosts")
        .then()
        .statusCode(200)
        .body("data.id", not(equalTo(990001)))
        .body("data.status", equalTo("ONLINE"))
        .body("data.hostAgentStatus", equalTo("OFFLINE"));

    String name = tables.user("a-long-password");
    RequestSpecification user = Api.as(name, "a-long-password");
    json(user, Map.of("roles", List.of("ADMIN"))).put("/iam/users/" + name).then().statusCode(403);
    again(user).get("/iam/me").then().body("data.roles", equalTo(List.of()));
    // Neither a hash of a password nor the secret of a key can be read back.
    Signer.of(name);
    for (String path : List.of("/iam/users?size=2000", "/audit/events?size=100")) {
      String body = Api.admin().get(path).then().statusCode(200).extract().asString();
      assertThat(body).doesNotContain("$2a$", "assword\":", "secretKey", "a-long-password");
    }
  }

  @Test
  @DisplayName("API4:2023 Unrestricted Resource Consumption")
  void whatIsAskedForIsBounded() {
    // OverloadIT and LiveLimitsIT have what is too much together.
    Api.admin().get("/tasks/instances?size=2001").then().statusCode(400);
    Api.admin().get("/tasks/instances?page=99999999999").then().statusCode(400);
    Api.admin()
        .contentType(ContentType.JSON)
        .body("[" + " ".repeat(5 << 20) + "]")
        .post(RESTART)
        .then()
        .statusCode(413);
    Api.admin().get("/compute/hosts?keyword=" + "x".repeat(9000)).then().statusCode(414);
    Api.admin()
        .get("/iam/me")
        .then()
        .header("RateLimit-Limit", Integer::parseInt, greaterThanOrEqualTo(1))
        .header("RateLimit-Remaining", Integer::parseInt, greaterThanOrEqualTo(0));
  }

  @Test
  @DisplayName("API5:2023 Broken Function Level Authorization")
  void noOperationIsDoneForSomebodyWithoutItsRole() {
    RequestSpecification nobody = Api.with();
    List<Operation> open =
        operations().stream()
            .filter(
                operation ->
                    !List.of("/iam/me", "/tasks/events").contains(operation.path())
                        && !operation.ask(again(nobody)).asString().contains("\"code\":30014"))
            .toList();
    // Of tasks one may have made oneself it is first looked whether there is such a task.
    assertThat(open)
        .allSatisfy(
            operation -> {
              assertThat(operation.path()).startsWith("/tasks/instances/{taskId}");
              operation.ask(again(nobody)).then().statusCode(404);
            });
  }

  @Test
  @DisplayName("API6:2023 Unrestricted Access to Sensitive Business Flows")
  void aHostIsRestartedOnceHoweverOftenItIsAskedFor() {
    long host = Api.host();
    RequestSpecification user = Api.with("HOST_MANAGER");
    Response first = restart(again(user).header("Idempotency-Key", "once"), host);
    String task = "" + first.<Integer>path("data.id");

    for (int i = 0; i < 5; i++) {
      restart(again(user), host).then().statusCode(409).body("error.target", equalTo(task));
      restart(again(user).header("Idempotency-Key", "once"), host)
          .then()
          .header("Idempotent-Replayed", "true")
          .body("data.id", equalTo(first.path("data.id")));
    }
    assertThat(tables.tasks()).isOne();
  }

  /** Which addresses a worker connects to, and that it follows no redirect, its own tests say. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "user@host",
        "host:22/path",
        "host/../other",
        "host?x=y",
        "host#x",
        "host\r\nX: y",
        "-oProxyCommand=id",
        "$(id)",
        "[::1]",
        ""
      })
  @DisplayName("API7:2023 Server Side Request Forgery")
  void anAddressIsAnAddressAndNothingMore(String address) {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("innerIpAddress", address);
    json(Api.admin(), form)
        .post("/compute/hosts")
        .then()
        .statusCode(400)
        .body("error.subErrors[0].field", equalTo("innerIpAddress"));
  }

  @Test
  @DisplayName("API8:2023 Security Misconfiguration")
  void answersSayNoMoreThanTheyShouldAndBrowsersAreToldSo() {
    List<Response> answers =
        List.of(
            Api.admin().get("/iam/me"),
            RestAssured.get("/compute/hosts"),
            Api.admin().get("/compute/hosts/abc"),
            Api.admin().contentType(ContentType.JSON).body("{\"hostIds\":[{").post(RESTART),
            Api.admin().contentType("text/xml").body("<!DOCTYPE x>").post(RESTART),
            Api.admin().get("/compute/nothing"),
            RestAssured.given().header("Origin", "https://evil.example").get("/iam/me"),
            RestAssured.given()
                .header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST")
                .options(RESTART));
    for (Response answer : answers) {
      assertThat(answer.asString()).doesNotContain(INSIDES);
      assertThat(answer.statusCode()).isNotEqualTo(500);
      assertThat(answer.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.getHeader("X-Frame-Options")).isEqualTo("DENY");
      assertThat(answer.getHeader("Content-Security-Policy")).contains("default-src 'none'");
      assertThat(answer.getHeader("Cache-Control")).contains("no-store");
      assertThat(answer.getHeader("Access-Control-Allow-Origin")).isNull();
      assertThat(answer.getHeader("Server")).isNull();
    }
    // What a proxy is trusted to say, anybody could: it takes a setting.
    Response made = restart(Api.admin().header("X-Forwarded-For", "6.6.6.6"), Api.host());
    Api.admin()
        .get("/audit/events?taskId=" + made.path("data.id"))
        .then()
        .body("data.contents[0].address", not(containsString("6.6.6.6")));
    RestAssured.given().request("TRACE", "/iam/me").then().statusCode(oneOf(401, 405, 501));
  }

  @Test
  @DisplayName("API9:2023 Improper Inventory Management")
  void onlyWhatIsDocumentedAnswers() throws Exception {
    List<String> unknown =
        Stream.of(
                "/compute /tasks /iam /audit /api /api/v1/compute/hosts /api/v3/compute/hosts",
                "/api/v2/api/v2/compute/hosts /actuator /admin /.env",
                "/q/dev /q/dev-ui /q/arc /q/arc/beans /q/swagger-ui /q/info /q/flyway /q/logging",
                "/h2 /graphql /jolokia /debug /metrics /openapi")
            .flatMap(some -> Stream.of(some.split(" ")))
            .toList();
    // As it is packaged: tests have more extensions than users get.
    try (ControlPlaneProcess packaged = new ControlPlaneProcess()) {
      URI address = packaged.address();
      for (String path : unknown) {
        Response answer = Api.admin().urlEncodingEnabled(false).get(address + path);
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        assertThat(answer.asString()).as(path).doesNotContain(INSIDES);
      }
      for (String path : List.of("/q/health/ready", "/q/openapi", "/q/asyncapi")) {
        RestAssured.get(address + path).then().statusCode(200);
      }
    }
  }

  @Test
  @DisplayName("API10:2023 Unsafe Consumption of APIs")
  void whatAHostSaysIsShownAsTextAndDoesNothing() {
    // HttpTransportTest has what an agent's API may answer: size, time, redirects, certificates.
    Response made = restart(Api.admin(), Api.host());
    long subtask = made.<Number>path("data.subtasks[0].id").longValue();
    String said = "<script>alert(1)</script> \u001b[31m ${jndi:ldap://x} '; drop table task; --";
    tables.log(subtask, said + "\n");

    Api.admin()
        .get("/tasks/instances/" + made.path("data.id") + "/subtasks/" + subtask + "/log")
        .then()
        .statusCode(200)
        .contentType(ContentType.JSON)
        .header("X-Content-Type-Options", "nosniff")
        .body("data.log", equalTo(said + "\n"));
    assertThat(tables.tasks()).isOne();
  }

  /** All that the document names. */
  private static List<Operation> operations() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                OwaspApiIT.class.getResourceAsStream("/openapi/operations.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split(" "))
          .map(words -> new Operation(words[0], words[1]))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A specification is changed by each request that is made of it. */
  private static RequestSpecification again(RequestSpecification user) {
    return RestAssured.given().spec(user);
  }

  private static RequestSpecification json(RequestSpecification as, Object body) {
    return as.contentType(ContentType.JSON).body(body);
  }

  private static Response restart(RequestSpecification as, long host) {
    return json(again(as), Map.of("hostIds", List.of(host))).post(RESTART);
  }
}
