package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users sign their requests with keys. */
@QuarkusTest
class AccessKeysIT {
  private static final String ME = "/iam/me";
  private static final String BATCH = "/api/v2/compute/hosts/batchRestartAgents";

  @Inject Tables tables;

  @Test
  void aSignatureStandsForItsUserAndHisRoles() {
    String user = user("HOST_VIEWER");
    Signer signer = Signer.of(user);

    signer
        .send("GET", ME)
        .then()
        .statusCode(200)
        .body("data.name", equalTo(user))
        .body("data.roles", contains("HOST_VIEWER"));
    Signer.of(user).send("GET", "/api/v2/compute/hosts").then().statusCode(200);
    Signer.of(user).send("GET", "/iam/users").then().statusCode(403);
  }

  @Test
  void theBodyThatWasSignedIsTheBodyThatIsRead() {
    String user = user("HOST_MANAGER");
    long host = tables.hosts(1).get(0);
    String longBody =
        LongStream.range(0, 40_000)
            .mapToObj(i -> String.valueOf(host))
            .collect(Collectors.joining(",", "{\"hostIds\":[", "]}"));

    Signer.of(user)
        .body(longBody)
        .send("POST", BATCH)
        .then()
        .statusCode(200)
        .body("data.context.listMap.host_ids", contains(String.valueOf(host)));
    tables.forgetTasks();
    Signer.of(user)
        .body("{\"hostIds\":[]}")
        .send("POST", BATCH)
        .then()
        .statusCode(400)
        .body("error.subErrors[0].field", equalTo("hostIds"));
  }

  @Test
  void aQueryIsSignedInOneFormHoweverItIsSent() {
    String user = user("HOST_VIEWER");

    Signer.of(user)
        .get(
            "/compute/hosts",
            "?size=2&sort=id,desc&keyword=none+such&page=1",
            "?keyword=none%20such&page=1&size=2&sort=id%2Cdesc")
        .then()
        .statusCode(200)
        .body("data.page.size", equalTo(2));
  }

  @Test
  void whateverIsWrongTheCallerHearsTheSame() {
    Signer signer = Signer.of(user("ADMIN"));
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    Signer unknown = new Signer("unknown", signer.secretKey());
    Signer wrong = new Signer(signer.accessKey(), "0".repeat(32));
    Signer late = new Signer(signer.accessKey(), signer.secretKey()).at(now.minusMinutes(16));
    Signer early = new Signer(signer.accessKey(), signer.secretKey()).at(now.plusMinutes(16));
    String malformed = "OCP-ACCESS-KEY-HMACSHA1 " + signer.accessKey();

    Response first = unknown.send("GET", ME);
    for (Response answer :
        List.of(
            first,
            wrong.send("GET", ME),
            late.send("GET", ME),
            early.send("GET", ME),
            Api.anonymous().header("Authorization", malformed).get(ME),
            Api.anonymous().header("Authorization", malformed + ":" + "A".repeat(28)).get(ME))) {
      answer
          .then()
          .statusCode(401)
          .header("WWW-Authenticate", equalTo("Basic realm=\"Relight\""))
          .body("error.code", equalTo(30000))
          .body("error.message", equalTo(first.path("error.message")));
    }
  }

  @Test
  void aDateMayBeSomeMinutesOff() {
    String user = user();
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);

    Signer.of(user).at(now.minusMinutes(14)).send("GET", ME).then().statusCode(200);
    Signer.of(user).at(now.plusMinutes(14)).send("GET", ME).then().statusCode(200);
  }

  @Test
  void whatIsChangedOnTheWayIsRefused() {
    Signer signer = Signer.of(user("ADMIN"));

    signer.request("GET", "/iam/users").post("/iam/users").then().statusCode(401);
    signer.request("GET", "/iam/users").get(ME).then().statusCode(401);
    signer.request("GET", "/iam/users").get("/iam/users?size=1").then().statusCode(401);
    signer.request("GET", ME).header("x-ocp-more", "1").get(ME).then().statusCode(401);
    signer.request("GET", ME).header("Host", "other:80").get(ME).then().statusCode(401);
    signer.request("GET", ME).header("Date", "x").get(ME).then().statusCode(401);
    signer.request("GET", ME).contentType(ContentType.JSON).get(ME).then().statusCode(401);
    RequestSpecification batch = signer.body("{\"hostIds\":[1]}").request("POST", BATCH);
    batch.body("{\"hostIds\":[2]}").post(BATCH).then().statusCode(401);
  }

  @Test
  void aSignatureIsTakenOnce() {
    RequestSpecification request = Signer.of(user()).request("GET", ME);

    request.get(ME).then().statusCode(200);
    request.get(ME).then().statusCode(401).body("error.code", equalTo(30000));
  }

  @Test
  void aKeyThatWasTakenAwayIsUnknownAtOnce() {
    String user = user();
    Signer signer = Signer.of(user);
    Signer other = Signer.of(user);
    String keys = "/iam/users/" + user + "/accessKeys/";
    signer.send("GET", ME).then().statusCode(200);

    Api.admin().delete(keys + signer.accessKey()).then().statusCode(200);
    again(signer).send("GET", ME).then().statusCode(401);
    other.send("GET", ME).then().statusCode(200);
    Api.admin().delete(keys + signer.accessKey()).then().statusCode(404);
    Api.admin()
        .delete("/iam/users/admin/accessKeys/" + other.accessKey())
        .then()
        .statusCode(404)
        .body("error.code", equalTo(10002));
  }

  @Test
  void theKeysOfAUserGoWithHim() {
    String user = user();
    Signer signer = Signer.of(user);

    Api.admin().delete("/iam/users/" + user).then().statusCode(200);
    signer.send("GET", ME).then().statusCode(401);
    Api.admin().post("/iam/users/" + user + "/accessKeys").then().statusCode(404);
  }

  @Test
  void theSecretIsNowhereInTheDatabase() {
    Signer signer = Signer.of(user());

    assertThat(tables.accessKey(signer.accessKey()))
        .contains("2026")
        .doesNotContain(signer.secretKey())
        .doesNotContain(hex(signer.secretKey()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Type", "Date", "Authorization"})
  void ofAHeaderThatIsThereTwiceNeitherIsBelieved(String name) {
    Signer signer = Signer.of(user());
    String body = "{}";

    signer.body(body).request("GET", ME).header(name, "other").get(ME).then().statusCode(401);
  }

  /** The same key, for another request. */
  private static Signer again(Signer signer) {
    return new Signer(signer.accessKey(), signer.secretKey());
  }

  private static String user(String... roles) {
    String name = Api.unique("signer");
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", "a-long-password", "roles", List.of(roles)))
        .post("/iam/users")
        .then()
        .statusCode(200);
    return name;
  }

  private static String hex(String text) {
    return text.chars().mapToObj(Integer::toHexString).collect(Collectors.joining());
  }
}
