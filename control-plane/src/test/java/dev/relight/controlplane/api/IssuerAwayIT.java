package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.relight.embedded.FreePort;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.smallrye.jwt.build.Jwt;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An issuer of tokens that does not answer is nobody's fault here, and nobody else's problem. */
@QuarkusTest
@TestProfile(IssuerAwayIT.WithoutIssuer.class)
class IssuerAwayIT {
  /** Nobody listens where the issuer should be. */
  public static class WithoutIssuer implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.oidc.issuer",
          "http://127.0.0.1:" + FreePort.next() + "/realm",
          "relight.security.oidc.audience",
          "relight");
    }
  }

  @Test
  void whoHasATokenIsToldToComeBack() {
    String token = Jwt.subject("alice").audience("relight").jws().signWithSecret("x".repeat(32));

    Response answer = Api.anonymous().auth().preemptive().oauth2(token).get("/iam/me");
    answer
        .then()
        .statusCode(503)
        .body("error.code", equalTo(0))
        .body("error.message", containsString("issuer"))
        .body("successful", equalTo(false));
    assertThat(Integer.parseInt(answer.getHeader("Retry-After"))).isPositive();
  }

  @Test
  void whoHasAPasswordDoesNotNotice() {
    Api.admin().get("/iam/me").then().statusCode(200);
  }
}
