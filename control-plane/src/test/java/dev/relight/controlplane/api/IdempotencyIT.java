package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever did not hear an answer asks again, and nothing is done twice. */
@QuarkusTest
class IdempotencyIT {
  private static final String RESTART = "/compute/hosts/batchRestartAgents";
  private static final String STOP = "/compute/hosts/batchStopAgents";

  @Inject Tables tables;

  private String key;
  private List<Long> hosts;
  private long tasksBefore;

  @BeforeEach
  void prepare() {
    key = Api.unique("key");
    hosts = tables.hosts(2);
    tasksBefore = tables.tasks();
  }

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void theSameRequestAnswersTheSameTask() {
    Response first = post(RESTART, body());
    Response second = post(RESTART, body());

    first.then().statusCode(200).header("Idempotent-Replayed", equalTo(null));
    second.then().statusCode(200).header("Idempotent-Replayed", equalTo("true"));
    assertThat(Samples.json(second).get("data")).isEqualTo(Samples.json(first).get("data"));
    assertThat(tables.tasks()).isEqualTo(tasksBefore + 1);
  }

  @Test
  void neitherThePrefixNorTheLayoutOfTheBodyMakesAnotherRequest() {
    int task = post(RESTART, "{\"a\":1,\"hostIds\":" + hosts + "}").path("data.id");

    post("/api/v2" + RESTART, "{ \"hostIds\":" + hosts + ",\n \"a\":1 }")
        .then()
        .statusCode(200)
        .body("data.id", equalTo(task));
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent/restart", "agent/stop"})
  void oneHostIsRestartedAndStoppedOnce(String operation) {
    String path = "/compute/hosts/" + hosts.get(0) + "/" + operation;
    Response first = keyed(Api.admin()).post(path);
    Response second = keyed(Api.admin()).post("/api/v2" + path);

    second.then().statusCode(200).header("Idempotent-Replayed", equalTo("true"));
    assertThat(Samples.json(second).get("data")).isEqualTo(Samples.json(first).get("data"));
  }

  @Test
  void anotherRequestUnderTheKeyIsRefused() {
    int task = post(RESTART, body()).path("data.id");

    for (Response other :
        List.of(
            post(STOP, body()),
            post(RESTART, "{\"hostIds\":[" + hosts.get(0) + "]}"),
            keyed(Api.admin()).post("/compute/hosts/" + hosts.get(0) + "/agent/restart"))) {
      other
          .then()
          .statusCode(422)
          .header("Idempotent-Replayed", equalTo(null))
          .body("error.code", equalTo(10011))
          .body("error.target", equalTo("" + task))
          .body("error.message", containsString("Idempotency-Key"));
    }
    assertThat(tables.tasks()).isEqualTo(tasksBefore + 1);
  }

  @Test
  void theKeysOfAUserAreItsOwn() {
    int task = post(RESTART, "{\"hostIds\":[" + hosts.get(0) + "]}").path("data.id");

    keyed(Api.with("HOST_MANAGER"))
        .post("/compute/hosts/" + hosts.get(1) + "/agent/restart")
        .then()
        .statusCode(200)
        .body("data.id", not(equalTo(task)));
  }

  @Test
  void aRefusedRequestLeavesNoKey() {
    post(RESTART, "{\"hostIds\":[990001]}").then().statusCode(404);
    Api.admin().post("/compute/hosts/" + hosts.get(1) + "/agent/restart").then().statusCode(200);
    post(RESTART, body()).then().statusCode(409);
    post(RESTART, "{\"hostIds\":[0]}").then().statusCode(400);

    post(RESTART, "{\"hostIds\":[" + hosts.get(0) + "]}").then().statusCode(200);
  }

  @Test
  void aKeyIsForgottenAfterADay() {
    int first = post(RESTART, body()).path("data.id");
    tables.ageKeys();
    post(RESTART, body()).then().statusCode(409).body("error.target", equalTo("" + first));
    tables.freeHosts();

    post(STOP, body()).then().statusCode(200).body("data.id", not(equalTo(first)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a\tb",
        "kéy",
        "1234567890123456789012345678901234567890123456789012345678901234+"
      })
  void aKeyHasVisibleCharacters(String wrong) {
    for (String path : List.of(RESTART, "/compute/hosts/" + hosts.get(0) + "/agent/stop")) {
      RequestSpecification request = Api.admin().header("Idempotency-Key", wrong);
      (path.equals(RESTART) ? request.contentType(ContentType.JSON).body(body()) : request)
          .post(path)
          .then()
          .statusCode(400)
          .body("error.code", equalTo(10001))
          .body("error.subErrors[0].field", equalTo("Idempotency-Key"));
    }
    assertThat(tables.tasks()).isEqualTo(tasksBefore);
  }

  @Test
  void ofManyEqualRequestsToTwoControlPlanesOneMakesTheTask() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    URI here = URI.create("http://127.0.0.1:" + RestAssured.port);
    try (ControlPlaneProcess other = new ControlPlaneProcess()) {
      List<CompletableFuture<HttpResponse<String>>> sent =
          IntStream.range(0, 50)
              .mapToObj(i -> (i % 2 == 0 ? here : other.address()).resolve(RESTART))
              .map(
                  uri ->
                      http.sendAsync(
                          request(uri), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)))
              .toList();
      Set<Object> tasks = new HashSet<>();
      int replayed = 0;
      for (CompletableFuture<HttpResponse<String>> one : sent) {
        HttpResponse<String> answer = one.get();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        tasks.add(JsonPath.from(answer.body()).get("data.id"));
        replayed += answer.headers().firstValue("Idempotent-Replayed").isPresent() ? 1 : 0;
      }
      assertThat(tasks).hasSize(1);
      assertThat(replayed).isEqualTo(49);
      assertThat(tables.tasks()).isEqualTo(tasksBefore + 1);
    }
  }

  private HttpRequest request(URI uri) {
    String credentials =
        Base64.getEncoder().encodeToString("admin:admin-secret".getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Basic " + credentials)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(body()))
        .build();
  }

  private String body() {
    return "{\"hostIds\":" + hosts + "}";
  }

  private RequestSpecification keyed(RequestSpecification user) {
    return user.header("Idempotency-Key", key);
  }

  private Response post(String path, String body) {
    return keyed(Api.admin()).contentType(ContentType.JSON).body(body).post(path);
  }
}
