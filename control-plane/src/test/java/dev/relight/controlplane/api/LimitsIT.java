package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nobody may guess passwords for long, and nobody may ask without end. */
@QuarkusTest
@TestProfile(LimitsIT.LowLimits.class)
class LimitsIT {
  private static final String PASSWORD = "a-long-password";
  private static final String ME = "/iam/me";
  private static final int REQUESTS = 8;

  /** Limits that a test reaches; what it is not about is out of reach. */
  public static class LowLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.login.attempts", "3",
          "relight.security.login.address-attempts", "12",
          "relight.security.login.delay", "30s",
          "relight.security.rate-limit.requests", String.valueOf(REQUESTS),
          "relight.security.rate-limit.interval", "1h");
    }
  }

  @Inject Tables tables;

  @Test
  void whoGuessesAPasswordHasToWaitAndCannotTellWhetherThereIsSuchAUser() throws Exception {
    String user = user();
    String nobody = Api.unique("nobody");

    for (int i = 0; i < 3; i++) {
      Response known = login("127.0.0.2", user, "wrong");
      Response unknown = login("127.0.0.2", nobody, "wrong");
      known.then().statusCode(401).body("error.message", equalTo(message(unknown)));
      unknown.then().statusCode(401).body("error.code", equalTo(30000));
    }
    for (String name : List.of(user, nobody)) {
      Response waiting = login("127.0.0.3", name, PASSWORD);
      waiting
          .then()
          .statusCode(429)
          .body("error.code", equalTo(0))
          .body("error.message", containsString("Too many attempts"))
          .body("successful", equalTo(false));
      assertThat(Integer.parseInt(waiting.getHeader("Retry-After"))).isBetween(1, 30);
    }
  }

  @Test
  void whoIsKnownAlreadyGoesOnWhileOthersGuessHisPassword() throws Exception {
    String user = user();
    login("127.0.0.1", user, PASSWORD).then().statusCode(200);

    for (int i = 0; i < 3; i++) {
      login("127.0.0.4", user, "wrong").then().statusCode(401);
    }
    login("127.0.0.4", user, "wrong").then().statusCode(429);
    login("127.0.0.1", user, PASSWORD).then().statusCode(200);
    login("127.0.0.4", user, "wrong").then().statusCode(429);
  }

  @Test
  void anAddressCannotTryOneNameAfterTheOther() throws Exception {
    String user = user();
    for (int i = 0; i < 12; i++) {
      login("127.0.0.5", Api.unique("nobody"), "wrong").then().statusCode(401);
    }

    login("127.0.0.5", user, PASSWORD).then().statusCode(429);
    login("127.0.0.6", user, PASSWORD).then().statusCode(200);
  }

  @Test
  void anAddressCannotTryOneSignatureAfterTheOther() throws Exception {
    Signer signer = Signer.of(user());
    for (int i = 0; i < 12; i++) {
      signedFrom("127.0.0.8", signer.request("POST", ME)).then().statusCode(401);
    }

    signedFrom("127.0.0.8", signer.request("GET", ME))
        .then()
        .statusCode(429)
        .body("error.code", equalTo(0));
    // What is known of a key is no reason to keep out who has it.
    signedFrom("127.0.0.9", signer.request("GET", ME)).then().statusCode(200);
  }

  @Test
  void everyAnswerSaysHowManyRequestsAreLeft() {
    String user = user();
    for (int left = REQUESTS - 1; left >= 0; left--) {
      // Whatever comes of it, and however the user is known.
      Response answer =
          switch (left % 4) {
            case 0 -> Api.as(user, PASSWORD).get("/compute/hosts");
            case 1 -> Api.as(user, PASSWORD).get("/iam/users");
            case 2 -> Api.as(user, PASSWORD).get("/compute/hosts/abc");
            default -> Api.as(user, PASSWORD).get(ME);
          };
      assertThat(answer.statusCode()).isIn(200, 400, 403);
      assertThat(answer.getHeader("RateLimit-Limit")).isEqualTo("" + REQUESTS);
      assertThat(left(answer)).isEqualTo(left);
      assertThat(Long.parseLong(answer.getHeader("RateLimit-Reset"))).isBetween(3000L, 3600L);
    }

    Response tooMany = Api.as(user, PASSWORD).get(ME);
    tooMany.then().statusCode(429).body("error.code", equalTo(0));
    assertThat(left(tooMany)).isZero();
    assertThat(Long.parseLong(tooMany.getHeader("Retry-After"))).isBetween(3000L, 3600L);
    Api.as(user(), PASSWORD).get(ME).then().statusCode(200);
  }

  @Test
  void signedRequestsAreCountedWithTheOthersButNotWhenTheyAreRepeated() {
    String user = user();
    RequestSpecification signed = Signer.of(user).request("GET", ME);

    assertThat(left(Api.as(user, PASSWORD).get(ME))).isEqualTo(REQUESTS - 1);
    assertThat(left(signed.get(ME))).isEqualTo(REQUESTS - 2);
    for (int i = 0; i < REQUESTS; i++) {
      signed.get(ME).then().statusCode(401);
    }
    assertThat(left(Api.as(user, PASSWORD).get(ME))).as("repeated").isEqualTo(REQUESTS - 3);
  }

  @Test
  void whoeverIsNotKnownHasNoShare() {
    Response answer = Api.anonymous().get(ME);

    answer.then().statusCode(401);
    assertThat(answer.getHeader("RateLimit-Limit")).isNull();
  }

  /** Without asking the API for it, which would take from the share of its ADMIN. */
  private String user() {
    return tables.user(PASSWORD);
  }

  private static Response signedFrom(String address, RequestSpecification signed)
      throws UnknownHostException {
    return signed.config(from(address)).get(ME);
  }

  private static RestAssuredConfig from(String address) throws UnknownHostException {
    return RestAssuredConfig.config()
        .httpClient(
            HttpClientConfig.httpClientConfig()
                .setParam("http.route.local-address", InetAddress.getByName(address)));
  }

  private static Response login(String from, String name, String password)
      throws UnknownHostException {
    return RestAssured.given().config(from(from)).auth().preemptive().basic(name, password).get(ME);
  }

  private static int left(Response answer) {
    return Integer.parseInt(answer.getHeader("RateLimit-Remaining"));
  }

  private static String message(Response answer) {
    return answer.path("error.message");
  }
}
