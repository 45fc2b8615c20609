package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.api.EventReader.Heard;
import dev.relight.controlplane.api.EventReader.Seen;
import dev.relight.controlplane.api.EventWriter.Held;
import dev.relight.controlplane.engine.ScriptedWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever follows tasks hears each event once, however often he is interrupted. */
@QuarkusTest
class LiveEventsIT {
  private static final String ALL = "/tasks/events";
  private static final long ADMIN = 1;
  private static final int WRITERS = 4;
  private static final int EVENTS = 300;

  @Inject EventWriter events;
  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void allTasksAreResumedAtEveryPlaceWhileOthersWrite() {
    List<Long> tasks = LongStream.range(0, WRITERS).map(i -> events.task(ADMIN)).boxed().toList();
    long held = events.task(ADMIN);
    List<Long> all = Stream.concat(tasks.stream(), Stream.of(held)).toList();
    try (EventReader steady = EventReader.admin(ALL, null);
        Held open = events.hold(held)) {
      String last = steady.start();
      events.append(tasks.get(0));
      CompletableFuture<?> writing = write(tasks);
      List<Seen> interrupted = new ArrayList<>();
      last = interrupt(ALL, all, last, 5, interrupted);
      assertThat(steady.seen(all)).as("behind the open transaction").noneMatch(this::isLater);
      open.commit();
      last = interrupt(ALL, all, last, 10, interrupted);
      writing.join();

      List<Seen> everything = events.written(all);
      steady.await(everything.get(everything.size() - 1));
      List<Seen> heard = steady.seen(all);
      assertThat(everything).endsWith(heard.toArray(Seen[]::new));
      assertThat(heard.stream().filter(this::isLater)).hasSize(2 + WRITERS * EVENTS);
      try (EventReader rest = EventReader.admin(ALL, last)) {
        interrupted.addAll(rest.await(all, heard.size() - interrupted.size()).seen(all));
      }
      assertThat(interrupted).isEqualTo(heard);
      assertResumesEverywhere(ALL, all, steady);
    }
  }

  @Test
  @SuppressWarnings("try") // The open transaction is only there.
  void oneTaskIsResumedAtEveryPlaceAndWaitsForNobodyElse() {
    long task = events.task(ADMIN);
    long other = events.task(ADMIN);
    String path = path(task);
    try (Held open = events.hold(other);
        EventReader steady = EventReader.admin(path, null)) {
      CompletableFuture<?> writing = write(List.of(task));
      List<Seen> interrupted = new ArrayList<>();
      String last = interrupt(path, List.of(task), null, 10, interrupted);
      writing.join();
      List<Seen> expected =
          LongStream.rangeClosed(1, EVENTS + 1).mapToObj(v -> new Seen(task, v)).toList();
      assertThat(steady.await(List.of(task), expected.size()).seen(List.of(task)))
          .isEqualTo(expected);
      try (EventReader rest = EventReader.admin(path, last)) {
        int missing = expected.size() - interrupted.size();
        interrupted.addAll(rest.await(List.of(task), missing).seen(List.of(task)));
      }
      assertThat(interrupted).isEqualTo(expected);
      assertResumesEverywhere(path, List.of(task), steady);
    }
  }

  @Test
  void anyControlPlaneResumesAndEndsItsStreamsWhenItStops() throws Exception {
    List<Long> tasks = LongStream.range(0, 2).map(i -> events.task(ADMIN)).boxed().toList();
    String from;
    try (EventReader now = EventReader.admin(ALL, null)) {
      from = now.start();
    }
    List<Seen> heard = new ArrayList<>();
    EventReader last;
    try (ControlPlaneProcess other = new ControlPlaneProcess()) {
      CompletableFuture<?> writing = write(tasks);
      List<URI> servers = List.of(other.address(), here());
      for (int i = 0; !writing.isDone() || i % 2 == 1; i++) {
        try (EventReader reader = EventReader.open(servers.get(i % 2), ALL, from)) {
          Thread.sleep(200);
          from = readAll(reader, tasks, heard);
        }
      }
      last = EventReader.open(other.address(), ALL, from);
      List<Seen> everything = events.written(tasks);
      if (!heard.contains(everything.get(everything.size() - 1))) {
        last.await(everything.get(everything.size() - 1));
      }
      endsWithItsUserWhoIsRemovedHere(other.address());
    }
    await().atMost(Duration.ofSeconds(2)).until(last::isEnded);
    heard.addAll(last.seen(tasks));
    assertThat(events.written(tasks)).endsWith(heard.toArray(Seen[]::new));
    assertThat(heard.stream().filter(this::isLater)).hasSize(2 * EVENTS);
  }

  private static void endsWithItsUserWhoIsRemovedHere(URI elsewhere) {
    String name = Api.unique("user");
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", "a-long-password", "roles", List.of("TASK_VIEWER")))
        .post("/iam/users");
    EventReader reader = EventReader.open(elsewhere, ALL, null, name, "a-long-password");
    reader.start();
    Api.admin().delete("/iam/users/" + name).then().statusCode(200);
    await().atMost(Duration.ofSeconds(25)).until(reader::isEnded);
  }

  @Test
  void aFinishedTaskEndsItsStreamAndIsNotAskedForAgain() {
    ScriptedWorker worker = new ScriptedWorker("worker", "default", ScriptedWorker::obey);
    try {
      await().atMost(EventReader.LONG).until(worker::isAcknowledged);
      int task = Api.admin().post("/compute/hosts/" + host() + "/agent/restart").path("data.id");
      EventReader reader = EventReader.admin("/api/v2" + path(task), null);
      await().atMost(EventReader.LONG).until(reader::isEnded);

      Heard end = reader.heard().get(reader.heard().size() - 1);
      assertThat(end.name()).isEqualTo("end");
      assertThat(end.data()).isEqualTo("{\"taskId\":" + task + ",\"status\":\"SUCCESSFUL\"}");
      assertThat(reader.seen(List.of((long) task)))
          .hasSize(17)
          .isEqualTo(events.written(List.of((long) task)));
      assertThat(EventReader.admin(path(task), reader.lastId()).response().statusCode())
          .isEqualTo(204);
      EventReader again = EventReader.admin(path(task), "10");
      await().atMost(EventReader.LONG).until(again::isEnded);
      assertThat(again.seen(List.of((long) task))).hasSize(7);
    } finally {
      stop(worker);
    }
  }

  @Test
  void aTaskThatIsRetriedCanBeFollowedAgain() {
    long task = events.task(ADMIN);
    events.set(task, "FAILED");
    EventReader first = EventReader.admin(path(task), null);
    await().atMost(EventReader.LONG).until(first::isEnded);
    events.set(task, "RUNNING");
    try (EventReader second = EventReader.admin(path(task), first.lastId())) {
      second.await(List.of(task), 1);
      events.append(task);
      second.await(List.of(task), 2);
      assertThat(second.isEnded()).isFalse();
      events.set(task, "SUCCESSFUL");
      await().atMost(EventReader.LONG).until(second::isEnded);
      assertThat(second.seen(List.of(task))).hasSize(3);
    }
  }

  @Test
  void aLongHistoryIsReadToItsEnd() {
    long task = events.task(ADMIN);
    events.append(task, 3000);
    events.set(task, "SUCCESSFUL");
    EventReader reader = EventReader.admin(path(task), null);
    await().atMost(EventReader.LONG).until(reader::isEnded);

    assertThat(reader.seen(List.of(task)))
        .extracting(Seen::version)
        .isEqualTo(LongStream.rangeClosed(1, 3002).boxed().toList());
  }

  /** Not the first of its task, which may be there when a test begins to listen. */
  private boolean isLater(Seen event) {
    return event.version() > 1;
  }

  /** Each writes to its own task, for a second or so. */
  private CompletableFuture<?> write(List<Long> tasks) {
    return CompletableFuture.allOf(
        tasks.stream()
            .map(task -> CompletableFuture.runAsync(() -> write(task)))
            .toArray(CompletableFuture[]::new));
  }

  private void write(long task) {
    for (int i = 0; i < EVENTS; i++) {
      events.append(task);
      pause(3);
    }
  }

  /** Reads with interruptions, each at another moment; returns where to go on. */
  private static String interrupt(
      String path, List<Long> tasks, String from, int times, List<Seen> heard) {
    String last = from;
    for (int i = 0; i < times; i++) {
      try (EventReader reader = EventReader.admin(path, last)) {
        pause(30 + 37 * i);
        last = readAll(reader, tasks, heard);
      }
    }
    return last;
  }

  /** What a client has when its connection breaks, and the id that it goes on from. */
  private static String readAll(EventReader reader, List<Long> tasks, List<Seen> heard) {
    reader.close();
    await().atMost(EventReader.LONG).until(() -> reader.isBroken() || reader.isEnded());
    heard.addAll(reader.seen(tasks));
    return reader.lastId();
  }

  private static void assertResumesEverywhere(String path, List<Long> tasks, EventReader steady) {
    List<Seen> all = steady.seen(tasks);
    int before = 0;
    for (Heard frame : steady.heard()) {
      before += (int) Stream.of(frame.data().split("\"version\"")).skip(1).count();
      List<Seen> rest = all.subList(Math.min(before, all.size()), all.size());
      try (EventReader reader = EventReader.admin(path, frame.id())) {
        assertThat(reader.await(tasks, rest.size()).seen(tasks)).isEqualTo(rest);
      }
    }
  }

  private static URI here() {
    return URI.create(RestAssured.baseURI + ":" + RestAssured.port);
  }

  private static String path(long task) {
    return "/tasks/instances/" + task + "/events";
  }

  private static long host() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("pool", "default");
    return Api.host(form);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(ScriptedWorker worker) {
    try {
      worker.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
