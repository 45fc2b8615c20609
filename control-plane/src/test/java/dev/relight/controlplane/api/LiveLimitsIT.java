package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Live streams stay alive, and do not become too many, too slow or too old in their rights. */
@QuarkusTest
@TestProfile(LiveLimitsIT.Hasty.class)
class LiveLimitsIT {
  private static final String ALL = "/tasks/events";
  private static final String PASSWORD = "a-long-password";
  private static final long ADMIN = 1;
  private static final int MOST = 4;

  @Inject EventWriter events;
  @Inject Tables tables;

  private final List<EventReader> open = new ArrayList<>();

  /** What takes its time elsewhere. */
  public static class Hasty implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.live.max-streams", "" + MOST,
          "relight.live.heartbeat", "0.2s",
          "relight.live.check-interval", "0.3s",
          "relight.live.max-waiting", "8");
    }
  }

  @AfterEach
  void close() {
    open.forEach(EventReader::close);
    tables.forgetTasks();
  }

  @Test
  void aStreamSaysThatItIsStillThere() {
    EventReader one = open(EventReader.admin(path(events.task(ADMIN)), null));
    EventReader all = open(EventReader.admin(ALL, null));

    assertThat(all.response().headers().map())
        .containsEntry("content-type", List.of("text/event-stream;charset=UTF-8"))
        .containsEntry("cache-control", List.of("no-cache, no-transform"));
    await().atMost(EventReader.LONG).until(() -> one.comments() > 2 && all.comments() > 2);
  }

  @Test
  void oneTooManyIsRefusedUntilAnotherHasGone() {
    String path = path(events.task(ADMIN));
    await().atMost(EventReader.LONG).until(() -> fill(path));
    for (String refused : List.of(path, ALL)) {
      Api.admin()
          .get(refused)
          .then()
          .statusCode(503)
          .contentType(ContentType.JSON)
          .header("Retry-After", "5")
          .body("error.code", equalTo(0))
          .body("error.message", containsString("There are 4 live streams open here"));
    }
    open.get(0).close();
    await()
        .atMost(EventReader.LONG)
        .until(() -> open(EventReader.admin(path, null)).response().statusCode() == 200);
  }

  @Test
  void whoLosesTheRoleLosesTheStream() {
    String name = user("TASK_VIEWER");
    EventReader all = open(EventReader.open(here(), ALL, null, name, PASSWORD));
    long task = events.task(tables.userId(name));
    EventReader own = open(EventReader.open(here(), path(task), null, name, PASSWORD));
    EventReader foreign =
        open(EventReader.open(here(), path(events.task(ADMIN)), null, name, PASSWORD));
    await().atMost(EventReader.LONG).until(() -> all.comments() > 3);
    assertThat(all.isEnded() || own.isEnded() || foreign.isEnded()).isFalse();

    change(name, Map.of("roles", List.of("HOST_VIEWER")));
    await().atMost(EventReader.LONG).until(() -> all.isEnded() && foreign.isEnded());
    int comments = own.comments();
    await().atMost(EventReader.LONG).until(() -> own.comments() > comments + 3);
    assertThat(own.isEnded()).as("the creator's").isFalse();

    Api.admin().delete("/iam/users/" + name).then().statusCode(200);
    await().atMost(EventReader.LONG).until(own::isEnded);
  }

  @Test
  void whoLosesTheAccessKeyLosesItsStreamsAlone() {
    String name = user("TASK_VIEWER");
    Signer kept = Signer.of(name);
    Signer removed = Signer.of(name);
    EventReader all = open(EventReader.open(here(), ALL, null, removed.headers("GET", ALL)));
    String own = path(events.task(tables.userId(name)));
    EventReader one = open(EventReader.open(here(), own, null, removed.headers("GET", own)));
    EventReader other = open(EventReader.open(here(), ALL, null, kept.headers("GET", ALL)));
    EventReader byPassword = open(EventReader.open(here(), ALL, null, name, PASSWORD));
    await().atMost(EventReader.LONG).until(() -> all.comments() > 3 && one.comments() > 3);

    Api.admin()
        .delete("/iam/users/" + name + "/accessKeys/" + removed.accessKey())
        .then()
        .statusCode(200);
    await().atMost(EventReader.LONG).until(() -> all.isEnded() && one.isEnded());
    int comments = other.comments();
    await().atMost(EventReader.LONG).until(() -> other.comments() > comments + 3);
    assertThat(other.isEnded() || byPassword.isEnded()).isFalse();

    Api.admin().delete("/iam/users/" + name).then().statusCode(200);
    await().atMost(EventReader.LONG).until(() -> other.isEnded() && byPassword.isEnded());
  }

  @Test
  void whoIsTooSlowIsDroppedAndHoldsUpNobody() throws IOException {
    long task = events.task(ADMIN);
    EventReader quick = open(EventReader.admin(path(task), null));
    try (Socket slow = connect(path(task))) {
      quick.await(List.of(task), 1);
      for (int i = 1; i <= 60; i++) {
        events.append(task, 1_000);
        quick.await(List.of(task), 1_000 * i);
      }
      // All that was on its way to it is there, and then it breaks off.
      long read = drain(slow);
      assertThat(read).isBetween(1L, 9_000_000L);
    }
    assertThat(quick.seen(List.of(task))).hasSizeGreaterThanOrEqualTo(60_000);
    assertThat(quick.isEnded() || quick.isBroken()).isFalse();
  }

  private boolean fill(String path) {
    EventReader reader = open(EventReader.admin(path, null));
    return reader.response().statusCode() == 503;
  }

  private EventReader open(EventReader reader) {
    open.add(reader);
    return reader;
  }

  /** Asks and does not read. */
  private static Socket connect(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("localhost", RestAssured.port));
    String credentials =
        Base64.getEncoder().encodeToString("admin:admin-secret".getBytes(StandardCharsets.UTF_8));
    socket
        .getOutputStream()
        .write(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
                    + credentials
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static long drain(Socket socket) {
    long read = 0;
    try (InputStream input = socket.getInputStream()) {
      byte[] buffer = new byte[65_536];
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        read += count;
      }
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    return read;
  }

  private static String user(String role) {
    String name = Api.unique("user");
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", PASSWORD, "roles", List.of(role)))
        .post("/iam/users")
        .then()
        .statusCode(200);
    return name;
  }

  private static void change(String name, Map<String, ?> form) {
    Api.admin()
        .contentType(ContentType.JSON)
        .body(form)
        .put("/iam/users/" + name)
        .then()
        .statusCode(200);
  }

  private static URI here() {
    return URI.create(RestAssured.baseURI + ":" + RestAssured.port);
  }

  private static String path(long task) {
    return "/tasks/instances/" + task + "/events";
  }
}
