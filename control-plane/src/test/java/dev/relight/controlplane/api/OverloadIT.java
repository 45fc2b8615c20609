package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is too much is refused at once and politely; what was accepted is there. */
@QuarkusTest
@TestProfile(StrainedDatabase.class)
class OverloadIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Two transactions are under way and ten tasks wait; what is taken may share the first two. */
  private static final int SUBMITS = 40;

  private final ExecutorService threads = Executors.newFixedThreadPool(SUBMITS);

  @Inject Tables tables;

  @AfterEach
  void clear() {
    threads.shutdownNow();
    tables.forgetTasks();
  }

  @Test
  void refusesTasksThatCannotBeStoredSoonAndKeepsAllOthers() throws Exception {
    List<Long> hosts = tables.hosts(SUBMITS);
    List<CompletableFuture<Response>> answers;
    try (Connection other = lock("subtask")) {
      answers = hosts.stream().map(host -> ask(() -> restart(List.of(host)))).toList();
      await().atMost(LONG).until(() -> done(answers) >= SUBMITS / 2);
      assertThat(other.isClosed()).isFalse();
    }

    List<Response> all = answers.stream().map(CompletableFuture::join).toList();
    List<Response> refused = all.stream().filter(answer -> answer.statusCode() != 200).toList();
    assertThat(refused).hasSizeBetween(SUBMITS / 2, SUBMITS - 1);
    refused.forEach(answer -> politely(answer, "more to do than can be stored soon"));
    assertThat(tables.tasks()).isEqualTo(SUBMITS - refused.size());
  }

  @Test
  void refusesBatchesThatAreTooMuchTogether() throws Exception {
    List<Long> hosts = tables.hosts(120);
    try (Connection other = lock("subtask")) {
      CompletableFuture<Response> first = ask(() -> restart(hosts.subList(0, 60)));
      await().atMost(LONG).until(() -> tables.waitingForLocks() > 0);
      politely(restart(hosts.subList(60, 120)), "hosts in batches");
      other.rollback();
      first.join().then().statusCode(200);
    }
    restart(hosts.subList(60, 120)).then().statusCode(200);
  }

  @Test
  void refusesOperationsThatWouldTakeTheEnginesConnections() throws Exception {
    int task = restart(tables.hosts(1)).path("data.id");
    List<CompletableFuture<Response>> answers = new ArrayList<>();
    try (Connection other = lock("task")) {
      for (int i = 0; i < 10; i++) {
        answers.add(ask(() -> Api.admin().post("/tasks/instances/" + task + "/cancel")));
      }
      await().atMost(LONG).until(() -> done(answers) >= 5);
      assertThat(other.isClosed()).isFalse();
    }
    List<Response> refused =
        answers.stream()
            .map(CompletableFuture::join)
            .filter(answer -> answer.statusCode() == 503)
            .toList();
    assertThat(refused).hasSize(5);
    refused.forEach(answer -> politely(answer, "operations on tasks"));
  }

  private static void politely(Response answer, String message) {
    answer
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .body("error.code", equalTo(0))
        .body("error.message", containsString(message));
  }

  private static long done(List<CompletableFuture<Response>> answers) {
    return answers.stream().filter(CompletableFuture::isDone).count();
  }

  private CompletableFuture<Response> ask(Supplier<Response> request) {
    return CompletableFuture.supplyAsync(request, threads);
  }

  private static Response restart(List<Long> hosts) {
    return Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("hostIds", hosts))
        .post("/compute/hosts/batchRestartAgents");
  }

  /** Nobody writes to the table until it is closed; past the way that the services take. */
  private static Connection lock(String table) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            System.getProperty("quarkus.datasource.jdbc.url"),
            System.getProperty("quarkus.datasource.username"),
            System.getProperty("quarkus.datasource.password"));
    connection.setAutoCommit(false);
    connection.createStatement().execute("lock table " + table + " in exclusive mode");
    return connection;
  }
}
