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
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nobody may guess passwords for long. */
@QuarkusTest
@TestProfile(LimitsIT.LowLimits.class)
class LimitsIT {
  private static final String PASSWORD = "a-long-password";
  private static final String ME = "/iam/me";

  /** Limits that a test reaches. */
  public static class LowLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.login.attempts", "3",
          "relight.security.login.address-attempts", "12",
          "relight.security.login.delay", "30s");
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

  private String user() {
    return tables.user(PASSWORD);
  }

  private static Response login(String from, String name, String password)
      throws UnknownHostException {
    HttpClientConfig client =
        HttpClientConfig.httpClientConfig()
            .setParam("http.route.local-address", InetAddress.getByName(from));
    return RestAssured.given()
        .config(RestAssuredConfig.config().httpClient(client))
        .auth()
        .preemptive()
        .basic(name, password)
        .get(ME);
  }

  private static String message(Response answer) {
    return answer.path("error.message");
  }
}
