package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal has the contract's form, and stores nothing. */
@QuarkusTest
class ErrorsIT {
  private static final String BATCH = "/compute/hosts/batchRestartAgents";
  private static final String TOO_LARGE = "{\"hostIds\":[1" + ",1".repeat(3_000_000) + "]}";

  @Inject Tables tables;

  private List<Long> before;

  @BeforeEach
  void count() {
    before = tables.counts();
  }

  @AfterEach
  void nothingWasStored() {
    assertThat(tables.counts()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0", "-1", "1.5", "99999999999999999999"})
  void anIdIsAWholeNumberAboveZero(String id) {
    refused(Api.admin().get("/compute/hosts/" + id), 400, 10001, "hostId");
    refused(Api.admin().get("/api/v2/compute/hosts/" + id + "/agent"), 400, 10001, "hostId");
    refused(process(id, "1"), 400, 10001, "hostId");
    refused(process("1", id), 400, 10001, "agentProcessId");
    refused(Api.admin().get("/tasks/instances/" + id), 400, 10001, "taskId");
  }

  @ParameterizedTest
  @CsvSource({
    "page=0, page",
    "page=x, page",
    "size=0, size",
    "size=2001, size",
    "sort=password, sort",
    "'sort=id,down', sort"
  })
  void aListTakesOnlyPagesThatItHas(String query, String field) {
    refused(Api.admin().get("/compute/hosts?" + query), 400, 10001, field)
        .body("error.subErrors[0].field", equalTo(field))
        .body("error.subErrors[0].message", notNullValue());
  }

  @Test
  void aListHasAtMost2000Elements() {
    Api.admin().get("/compute/hosts?size=2000").then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"hostIds\":null}",
        "{\"hostIds\":[]}",
        "{\"hostIds\":7}",
        "{\"hostIds\":\"7\"}",
        "{\"hostIds\":[\"7\"]}",
        "{\"hostIds\":[null]}",
        "{\"hostIds\":[1.5]}",
        "{\"hostIds\":[-1]}",
        "{\"hostIds\":[0]}",
        "{\"hostIds\":[99999999999999999999]}",
        "{\"hostIds\":[1],\"hostids\":[2]}"
      })
  void aBatchNamesItsHostsByTheirIds(String body) {
    refused(batch(body), 400, 10001, "hostIds")
        .body("error.subErrors[0].field", containsString("hostIds"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "7", "null", "{\"hostIds\":[1]", "hostIds"})
  void aBodyIsAJsonObject(String body) {
    refused(batch(body), 400, 10001, "body");
    refused(post("/compute/hosts", body), 400, 10001, "");
  }

  @Test
  void aBatchNamesAllItsUnknownHosts() {
    long known = tables.hosts(1).get(0);
    before = tables.counts();

    refused(batch("{\"hostIds\":[" + known + ",990001,990002]}"), 404, 10002, "990001")
        .body("error.message", containsString("990002"))
        .body("error.message", not(containsString(String.valueOf(known))));
  }

  @Test
  void aHostThatIsNotThereIsNamed() {
    for (String path : List.of("/compute/hosts/990001", "/compute/hosts/990001/agent")) {
      refused(Api.admin().get(path), 404, 10002, "hostId");
    }
    refused(Api.admin().post("/compute/hosts/990001/agent/restart"), 404, 10002, "hostId");
    refused(Api.admin().post("/compute/hosts/990001/agent/refresh"), 404, 10002, "hostId");
    refused(process("990001", "1"), 404, 10002, "hostId");
    refused(Api.admin().delete("/compute/hosts/990001"), 404, 10002, "hostId");
  }

  @Test
  void aProcessBelongsToItsHost() {
    List<Long> hosts = tables.hosts(2);
    long process = tables.process(hosts.get(0), "ob_cleaner", true);
    before = tables.counts();

    refused(process(hosts.get(1).toString(), "" + process), 404, 10002, "agentProcessId");
  }

  @Test
  void aProcessThatUsersMayNotOperateIsLeftAlone() {
    long host = tables.hosts(1).get(0);
    long process = tables.process(host, "pos_proxy", false);
    before = tables.counts();

    refused(process("" + host, "" + process), 409, 40000, "pos_proxy");
    refused(
        Api.admin().post("/compute/hosts/" + host + "/agent/processes/" + process + "/stop"),
        409,
        40000,
        "pos_proxy");
  }

  @Test
  void aTaskThatIsNotThereHasItsOwnCode() {
    refused(Api.admin().get("/tasks/instances/990001"), 404, 20000, "990001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/compute", "/compute/host", "/api/v2/none", "/api/v2", "/api/v3/x"})
  void anUnknownPathIsNotFound(String path) {
    refused(Api.admin().get(path), 404, 10002, "path");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /compute/hosts/batchRestartAgents",
    "PUT, /api/v2/compute/hosts/batchRestartAgents",
    "DELETE, /compute/hosts/batchStopAgents",
    "GET, /compute/hosts/1/agent/restart",
    "GET, /compute/hosts/1/agent/processes/1/restart",
    "PATCH, /compute/hosts/1",
    "POST, /tasks/instances/1"
  })
  void aWrongMethodIsRefused(String method, String path) {
    refused(Api.admin().request(method, path), 405, 0, "method");
  }

  @Test
  void aBodyOfAnotherMediaTypeIsRefused() {
    refused(
        Api.admin().contentType(ContentType.XML).body("<hostIds/>").post(BATCH),
        415,
        0,
        "application/json");
  }

  @Test
  void anAnswerOfAnotherMediaTypeIsRefused() {
    refused(Api.admin().accept(ContentType.XML).get("/compute/hosts"), 406, 0, "application/json");
  }

  @Test
  void aBodyThatSaysThatItIsTooLargeIsRefused() {
    refused(batch(TOO_LARGE), 413, 10012, "too large");
  }

  @Test
  void whatPostgresqlCannotStoreIsRefused() {
    refused(Api.as("a\0b", "whatever").get("/compute/hosts"), 401, 30000, "");
    refused(Api.admin().get("/compute/hosts?page=2147483647&size=2001"), 400, 10001, "size");
    Api.admin().get("/compute/hosts?page=2147483647&size=2000").then().statusCode(200);
    refused(
        Api.admin().queryParam("from", "+999999999-12-31T23:59:59Z").get("/audit/events"),
        400,
        10001,
        "from");
    for (String text : List.of("a\\u0000b", "\\ud800", "a\\u0007b")) {
      refused(post("/compute/hosts", "{\"name\":\"" + text + "\"}"), 400, 10001, "name");
      refused(
          post("/compute/hosts", "{\"name\":\"x\",\"labels\":{\"a\":\"" + text + "\"}}"),
          400,
          10001,
          "labels");
    }
  }

  @Test
  void aMemberThatIsGivenTwiceIsNamed() {
    String twice = "{\"name\":\"a\",\"password\":\"a-long-password\",\"roles\":[],\"name\":\"b\"}";
    refused(post("/iam/users", twice), 400, 10001, "name must be given once");
  }

  @Test
  void whatIsWrongIsNotSentBackWhole() {
    String deep = "[".repeat(900) + "]".repeat(900);

    assertThat(
            refused(batch("{\"hostIds\":{\"a\":" + deep + "}}"), 400, 10001, "hostIds")
                .extract()
                .<String>path("error.subErrors[0].rejectedValue"))
        .hasSizeLessThan(600);
    refused(batch("{\"hostIds\":" + "[".repeat(5_000) + "}"), 400, 10001, "body");
    refused(batch("{\"hostIds\":[\"\\ud800\"]}"), 400, 10001, "hostIds");
  }

  @Test
  void aBatchOfTooManyHostsIsRefused() {
    refused(batch("{\"hostIds\":[1" + ",1".repeat(100_000) + "]}"), 413, 10012, "100000");
  }

  @Test
  void whoeverIsNotKnownHearsNothingAboutTheRequest() {
    Response unknown = Api.as("nobody", "whatever").get("/compute/hosts/abc");
    Response wrong = Api.as("admin", "whatever").get("/compute/hosts/abc");

    for (Response answer : List.of(unknown, wrong)) {
      refused(answer, 401, 30000, "")
          .header("WWW-Authenticate", equalTo("Basic realm=\"Relight\""))
          .body("error.message", equalTo(unknown.path("error.message")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer x", "Digest x"})
  void aHeaderThatNamesNobodyIsAnsweredAlike(String authorization) {
    refused(
            RestAssured.given().header("Authorization", authorization).get("/compute/hosts"),
            401,
            30000,
            "")
        .header("WWW-Authenticate", equalTo("Basic realm=\"Relight\""));
  }

  private static Response batch(String body) {
    return post(BATCH, body);
  }

  private static Response post(String path, String body) {
    return Api.admin().contentType(ContentType.JSON).body(body).post(path);
  }

  private static Response process(String host, String process) {
    return Api.admin().post("/compute/hosts/" + host + "/agent/processes/" + process + "/restart");
  }

  private static ValidatableResponse refused(
      Response answer, int status, int code, String messagePart) {
    return answer
        .then()
        .statusCode(status)
        .contentType(ContentType.JSON)
        .body(
            "keySet().toList()",
            equalTo(
                List.of(
                    "duration", "error", "server", "status", "successful", "timestamp", "traceId")))
        .body("status", equalTo(status))
        .body("successful", equalTo(false))
        .body("server", equalTo("192.168.0.1"))
        .body("traceId", matchesPattern("[0-9a-f]{32}"))
        .body("error.code", equalTo(code))
        .body("error.message", containsString(messagePart))
        .body("data", nullValue());
  }
}
