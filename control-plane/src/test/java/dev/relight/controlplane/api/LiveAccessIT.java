package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may follow what, and from where. */
@QuarkusTest
class LiveAccessIT {
  private static final String ALL = "/tasks/events";
  private static final long ADMIN = 1;

  @Inject EventWriter events;
  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @ParameterizedTest
  @CsvSource({
    "/tasks/events,           x,      must be an id of this stream",
    "/tasks/events,           12,     must be an id of this stream",
    "/tasks/events,           -1-1,   must be an id of this stream",
    "/tasks/events,           999999999999-1, is of no event",
    "/tasks/instances/%d/events, x,   must be an id of this stream",
    "/tasks/instances/%d/events, 1-1, must be an id of this stream",
    "/tasks/instances/%d/events, 99999999999999999999, must be an id of this stream",
    "/api/v2/tasks/instances/%d/events, 77, is not of this task",
  })
  void anIdThatIsNoneIsRefused(String path, String id, String message) {
    Api.admin()
        .header("Last-Event-ID", id)
        .get(path.formatted(events.task(ADMIN)))
        .then()
        .statusCode(400)
        .contentType(ContentType.JSON)
        .body("error.code", equalTo(10001))
        .body("error.subErrors[0].field", equalTo("Last-Event-ID"))
        .body("error.message", containsString(message));
  }

  @Test
  void whatIsForgottenCannotBeResumed() {
    long task = events.task(ADMIN);
    IntStream.range(0, 5).forEach(i -> events.append(task));
    events.run("delete from event where version < 4 and task_id = " + task);
    refusedAsForgotten(path(task), "2");
    try (EventReader reader = EventReader.admin(path(task), "3")) {
      assertThat(reader.await(List.of(task), 3).seen(List.of(task))).hasSize(3);
    }
    try (EventReader reader = EventReader.admin(path(task), null)) {
      assertThat(reader.await(List.of(task), 3).seen(List.of(task))).hasSize(3);
    }
    events.run("update forgotten_events set tx = '5', id = 7");
    try {
      refusedAsForgotten(ALL, "5-6");
      refusedAsForgotten(ALL, "4-99");
      EventReader.admin(ALL, "5-7").close();
    } finally {
      events.run("update forgotten_events set tx = '0', id = 0");
    }
  }

  @Test
  void thereIsNoStreamOfNoTask() {
    Api.admin().get(path(99999999)).then().statusCode(404).body("error.code", equalTo(20000));
    Api.admin().get(path(0)).then().statusCode(400).body("error.code", equalTo(10001));
    Api.admin().accept("application/json").get(ALL).then().statusCode(406);
    RestAssured.get(path(1)).then().statusCode(401).body("error.code", equalTo(30000));
    RestAssured.get(ALL).then().statusCode(401).body("error.code", equalTo(30000));
  }

  @Test
  void othersSeeOnlyWhatTheyHaveAskedFor() {
    String name = Api.unique("user");
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", "a-long-password", "roles", List.of("HOST_MANAGER")))
        .post("/iam/users");
    long user = tables.userId(name);
    long own = events.task(user);
    long foreign = events.task(ADMIN);
    Api.as(name, "a-long-password").get(path(foreign)).then().statusCode(403);
    try (EventReader all = EventReader.open(here(), ALL, null, name, "a-long-password");
        EventReader one = EventReader.open(here(), path(own), null, name, "a-long-password")) {
      for (int i = 0; i < 3; i++) {
        events.append(foreign);
        events.append(own);
      }
      all.await(List.of(own), 3);
      one.await(List.of(own), 4);
      assertThat(all.seen(List.of(foreign))).isEmpty();
    }
  }

  private void refusedAsForgotten(String path, String id) {
    Api.admin()
        .header("Last-Event-ID", id)
        .get(path)
        .then()
        .statusCode(410)
        .body("error.code", equalTo(10013))
        .body("error.target", equalTo(id))
        .body("error.message", containsString("begin without Last-Event-ID"));
  }

  private static URI here() {
    return URI.create(RestAssured.baseURI + ":" + RestAssured.port);
  }

  private static String path(long task) {
    return "/tasks/instances/" + task + "/events";
  }
}
