package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** While PostgreSQL is away everybody is told so, soon; when it is back, all goes on by itself. */
@QuarkusTest
@TestProfile(StrainedDatabase.class)
class OutageIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int SHARED_CONNECTIONS = 8;
  private static final String WAITING = "select count(*) from pg_locks where not granted";
  private static final String LEFT_OPEN =
      "select count(*) from pg_stat_activity where state like 'idle in transaction%'";

  @Inject Tables tables;
  @Inject Pool pool;

  @AfterEach
  void comeBack() {
    StrainedDatabase.become(Relay.Mode.OPEN);
    awaitReturn();
    tables.forgetTasks();
  }

  @Test
  void everyRequestIsToldToComeBackAndDoesNothing() {
    long host = Api.host();
    Map<String, Long> before = tables.allCounts();
    StrainedDatabase.become(Relay.Mode.CUT);

    away(Api.admin().get("/compute/hosts"));
    away(Api.admin().get("/tasks/instances"));
    away(Api.admin().get("/tasks/events"));
    away(Api.admin().post("/compute/hosts/" + host + "/agent/restart"));
    away(json(Map.of("hostIds", List.of(host))).post("/compute/hosts/batchRestartAgents"));
    away(json(Api.form(Api.unique("host"))).post("/compute/hosts"));
    away(Api.admin().post("/tasks/instances/1/cancel"));
    // Nobody knows whether this password is right.
    away(Api.as(Api.unique("somebody"), "some-password").get("/iam/me"));
    // Who was known a moment ago still is, and what needs no database is answered.
    Api.admin().get("/iam/me").then().statusCode(200);

    StrainedDatabase.become(Relay.Mode.OPEN);
    awaitReturn();
    Map<String, Long> after = tables.allCounts();
    // One whose lease ran out meanwhile has taken another name.
    before.remove("control_plane");
    after.remove("control_plane");
    assertThat(after).isEqualTo(before);
    Api.admin().post("/compute/hosts/" + host + "/agent/restart").then().statusCode(200);
    await().atMost(LONG).until(tables::allEventsArePublished);
  }

  @Test
  void aTaskWhoseTransactionIsLostIsNotThere() throws Exception {
    long host = Api.host();
    try (Connection other = connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("lock table subtask in exclusive mode");
      CompletableFuture<Response> answer =
          CompletableFuture.supplyAsync(
              () -> Api.admin().post("/compute/hosts/" + host + "/agent/restart"));
      await().atMost(LONG).until(() -> tables.waitingForLocks() > 0);
      StrainedDatabase.become(Relay.Mode.CUT);
      away(answer.get(LONG.toSeconds(), TimeUnit.SECONDS));
    }

    StrainedDatabase.become(Relay.Mode.OPEN);
    awaitReturn();
    await().atMost(LONG).until(() -> tables.waitingForLocks() == 0);
    assertThat(tables.tasks()).isZero();
    Api.admin().post("/compute/hosts/" + host + "/agent/restart").then().statusCode(200);
  }

  @Test
  void whoTakesAllConnectionsTakesNoneOfTheEngine() {
    long host = Api.host();
    List<SqlConnection> taken = new ArrayList<>();
    try {
      for (int i = 0; i < SHARED_CONNECTIONS; i++) {
        taken.add(pool.getConnection().toCompletionStage().toCompletableFuture().join());
      }
      away(Api.admin().get("/tasks/instances"));
      away(Api.admin().get("/compute/hosts"));
      json(Map.of("hostIds", List.of(host)))
          .post("/compute/hosts/batchRestartAgents")
          .then()
          .statusCode(200);
    } finally {
      taken.forEach(connection -> connection.close().toCompletionStage().toCompletableFuture());
    }
  }

  @Test
  void whoGoesWithoutAnAnswerTakesNoConnectionAlong() throws Exception {
    List<RawHttp> callers = new ArrayList<>();
    try (Connection other = connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("lock table host in access exclusive mode");
      // So many hold a connection, as many others wait for one.
      for (int i = 0; i < 2 * SHARED_CONNECTIONS; i++) {
        RawHttp caller = RawHttp.open();
        callers.add(caller);
        caller.write(i % 2 == 0 ? "GET /api/v2/compute/hosts" : "DELETE /api/v2/compute/hosts/1");
        caller.write(" HTTP/1.1\r\nHost: x\r\nAuthorization: " + RawHttp.ADMIN + "\r\n\r\n");
      }
      await().atMost(LONG).until(() -> number(other, WAITING) == SHARED_CONNECTIONS);
      for (RawHttp caller : callers) {
        caller.close();
      }
    }

    List<SqlConnection> taken = new ArrayList<>();
    try {
      for (int i = 0; i < SHARED_CONNECTIONS; i++) {
        await()
            .atMost(LONG)
            .ignoreExceptions()
            .until(
                () ->
                    taken.add(
                        pool.getConnection().toCompletionStage().toCompletableFuture().join()));
      }
      try (Connection other = connect()) {
        assertThat(number(other, LEFT_OPEN)).isZero();
      }
    } finally {
      taken.forEach(connection -> connection.close().toCompletionStage().toCompletableFuture());
    }
  }

  private static RequestSpecification json(Object body) {
    return Api.admin().contentType(ContentType.JSON).body(body);
  }

  static void away(Response answer) {
    answer
        .then()
        .statusCode(503)
        .body("error.code", equalTo(0))
        .body("error.message", containsString("database does not answer"))
        .body("successful", equalTo(false));
    assertThat(Integer.parseInt(answer.getHeader("Retry-After"))).isPositive();
    assertThat(answer.time()).isLessThan(SOON.toMillis());
  }

  static void awaitReturn() {
    await()
        .atMost(LONG)
        .until(
            () ->
                Api.admin().get("/compute/hosts").statusCode() == 200
                    && Api.admin().get("/tasks/instances").statusCode() == 200);
  }

  /** Not asked on a connection of the pool, of which none is left. */
  private static int number(Connection other, String sql) throws SQLException {
    try (ResultSet number = other.createStatement().executeQuery(sql)) {
      number.next();
      return number.getInt(1);
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        System.getProperty("quarkus.datasource.jdbc.url"),
        System.getProperty("quarkus.datasource.username"),
        System.getProperty("quarkus.datasource.password"));
  }
}
