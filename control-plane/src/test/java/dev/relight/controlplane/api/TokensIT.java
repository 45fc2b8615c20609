package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.oidc.server.OidcWiremockTestResource;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users come with tokens of an issuer, which runs beside the test. */
@QuarkusTest
@TestProfile(TokensIT.WithIssuer.class)
class TokensIT {
  private static final String ISSUER = "https://server.example.com";
  private static final String ME = "/iam/me";

  @Inject Tables tables;

  /** Roles are in a nested claim. */
  public static class WithIssuer implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.oidc.issuer", "${keycloak.url}/realms/quarkus/",
          "relight.security.oidc.audience", "relight,relight-too",
          "relight.security.oidc.roles-claim", "relight/roles",
          "relight.live.check-interval", "0.2s");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(OidcWiremockTestResource.class));
    }
  }

  @Test
  void aTokenStandsForItsUserAndTheRolesInItsClaim() {
    String token = signed(token("alice", "HOST_VIEWER", "cleaning"));

    with(token)
        .get(ME)
        .then()
        .statusCode(200)
        .body("data.name", equalTo("alice"))
        .body("data.roles", contains("HOST_VIEWER"));
    with(token).get("/compute/hosts").then().statusCode(200);
    with(token).get("/tasks/instances").then().statusCode(403);
    with(token).get("/iam/users").then().statusCode(403);
  }

  @Test
  void aRoleIncludesWhatItAlwaysDoes() {
    String token = signed(token("root", "ADMIN"));

    with(token).get("/iam/users").then().statusCode(200);
    with(token).get("/tasks/instances").then().statusCode(200);
  }

  @Test
  void withoutTheClaimThereIsNoRole() {
    String token =
        signed(
            Jwt.preferredUserName("alice")
                .issuer(ISSUER)
                .subject("alice")
                .audience("relight")
                .groups("ADMIN"));

    with(token).get(ME).then().statusCode(200).body("data.roles.size()", equalTo(0));
    with(token).get("/iam/users").then().statusCode(403);
  }

  @Test
  void aLiveStreamEndsWithItsToken() {
    String token = signed(token("alice", "TASK_VIEWER").expiresAt(Instant.now().plusSeconds(4)));
    URI here = URI.create(RestAssured.baseURI + ":" + RestAssured.port);
    EventReader reader = EventReader.open(here, "/tasks/events", null, "Bearer " + token);

    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(2))
        .until(() -> reader.lastId() != null && !reader.isEnded());
    await().atMost(EventReader.LONG).until(reader::isEnded);
  }

  @Test
  void theCreatorOfATaskMayReadItAndNobodyElseOfThatName() {
    long host = tables.hosts(1).get(0);
    String alice = signed(token("alice", "HOST_MANAGER"));
    Response made =
        with(alice)
            .contentType(ContentType.JSON)
            .body("{\"hostIds\":[" + host + "]}")
            .post("/compute/hosts/batchRestartAgents");
    made.then().statusCode(200).body("data.creator", equalTo("alice"));
    String task = "/tasks/instances/" + made.path("data.id");

    with(alice)
        .get(task)
        .then()
        .statusCode(200)
        .body("data.creator.name", equalTo("alice"))
        .body("data.creator.id", lessThan(0L));
    String other = signed(token("alice", "HOST_MANAGER").subject("another alice"));
    with(other).get(task).then().statusCode(403);
    tables.forgetTasks();
  }

  @Test
  void aTokenThatIsNotGoodIsRefused() {
    Instant past = Instant.now().minusSeconds(600);
    JwtClaimsBuilder expired =
        token("alice", "ADMIN").issuedAt(past).expiresAt(past.plusSeconds(60));
    String good = signed(token("alice", "ADMIN"));

    for (String token :
        List.of(
            signed(expired),
            signed(token("alice", "ADMIN").issuer("https://other.example.com")),
            signed(token("alice", "ADMIN").audience("somebody-else")),
            token("alice", "ADMIN").jws().keyId("1").signWithSecret("x".repeat(32)),
            good.substring(0, good.lastIndexOf('.') + 1),
            good.substring(0, good.length() - 8) + "AAAAAAAA",
            "opaque")) {
      with(token).get(ME).then().statusCode(401).body("error.code", equalTo(30000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/iam/me", "/api/v2/compute/hosts"})
  void otherUsersAreKnownAsBefore(String path) {
    Api.admin().get(path).then().statusCode(200);
    Signer.of("admin").send("GET", path).then().statusCode(200);
    Api.anonymous().get(path).then().statusCode(401);
    Api.as("alice", "a-long-password").get(path).then().statusCode(401);
  }

  @Test
  void tokensCountAsRequestsOfTheirUser() {
    String token = signed(token("counted"));
    String first = with(token).get(ME).getHeader("RateLimit-Remaining");
    String second = with(token).get(ME).getHeader("RateLimit-Remaining");

    assertThat(Integer.parseInt(second)).isEqualTo(Integer.parseInt(first) - 1);
  }

  private static RequestSpecification with(String token) {
    return Api.anonymous().auth().preemptive().oauth2(token);
  }

  private static JwtClaimsBuilder token(String name, String... roles) {
    return Jwt.preferredUserName(name)
        .issuer(ISSUER)
        .subject(name)
        .audience("relight")
        .claim("relight", Map.of("roles", List.of(roles)));
  }

  private static String signed(JwtClaimsBuilder claims) {
    return claims.jws().keyId("1").sign("privateKey.jwk");
  }
}
