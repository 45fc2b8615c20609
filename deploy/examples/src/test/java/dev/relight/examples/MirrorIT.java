package dev.relight.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relight.embedded.FreePort;
import dev.relight.embedded.NodeProject;
import dev.relight.local.DemoHost;
import dev.relight.local.LocalSystem;
import dev.relight.local.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that know the topics alone have every task just as the API answers it. */
class MirrorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String HOSTS = "/api/v2/compute/hosts";
  private static final String TASKS = "/api/v2/tasks/instances/";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static LocalSystem system;
  private static final List<JsonNode> EXPECTED = new ArrayList<>();

  @BeforeAll
  static void letMuchHappen() throws Exception {
    Options options = new Options(directory, FreePort.next(), 3, 2, 1, true);
    system = LocalSystem.start(options, System.out::println);
    DemoHost broken = system.hosts().get(1);
    long well = restartAll();
    assertThat(awaitEnd(well)).isEqualTo("SUCCESSFUL");
    broken.setFault("start-fails", "");
    long retried = restartAll();
    assertThat(awaitEnd(retried)).isEqualTo("FAILED");
    broken.clearFaults();
    system.controlPlane().post(TASKS + retried + "/retry", null);
    assertThat(awaitEnd(retried)).isEqualTo("SUCCESSFUL");
    broken.setFault("start-fails", "");
    long failed = restartAll();
    assertThat(awaitEnd(failed)).isEqualTo("FAILED");
    broken.clearFaults();
    for (long task : List.of(well, retried, failed)) {
      EXPECTED.add(system.controlPlane().get(TASKS + task));
    }
    sayAllOfItAgain();
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void theProgramInJavaHasEveryTask() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "target/classes:target/lib/*",
                Main.class.getName(),
                system.bootstrapServers())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(program.waitFor()).isZero();
    assertHasEveryTask(printed);
  }

  @Test
  void theProgramInJavaScriptHasEveryTask() throws Exception {
    assertHasEveryTask(NodeProject.run("mirror.js", system.bootstrapServers()));
  }

  private static void assertHasEveryTask(String printed) throws IOException {
    JsonNode mirrored = JSON.readTree(printed);
    for (JsonNode task : EXPECTED) {
      JsonNode seen = mirrored.path(task.get("id").asText());
      assertThat(seen.path("creator").asText()).isEqualTo(task.at("/creator/name").asText());
      for (String member : List.of("name", "status", "operation")) {
        assertThat(seen.get(member)).as(member + " of " + seen).isEqualTo(task.get(member));
      }
      assertThat(subtasks(seen)).isEqualTo(subtasksOfTheApi(task));
    }
  }

  private static ObjectNode subtasks(JsonNode mirrored) {
    ObjectNode all = JSON.createObjectNode();
    mirrored
        .path("subtasks")
        .properties()
        .forEach(each -> all.set(each.getKey(), state(each.getValue(), "attempt")));
    return all;
  }

  private static ObjectNode subtasksOfTheApi(JsonNode task) {
    ObjectNode all = JSON.createObjectNode();
    task.get("subtasks")
        .forEach(subtask -> all.set(subtask.get("id").asText(), state(subtask, "runTime")));
    return all;
  }

  /** What both say of a subtask; a lane is told with a subtask's first event. */
  private static ObjectNode state(JsonNode subtask, String attempt) {
    ObjectNode state = JSON.createObjectNode();
    for (String member : List.of("status", "operation", "executor", "message")) {
      state.set(member, subtask.get(member));
    }
    if (!subtask.path("status").asText().equals("PENDING")) {
      state.set("parallelIdx", subtask.get("parallelIdx"));
    }
    state.put("attempt", subtask.get(attempt).asInt());
    return state;
  }

  private static long restartAll() throws IOException {
    List<Long> ids = system.hosts().stream().map(system::idOf).toList();
    return system
        .controlPlane()
        .post(HOSTS + "/batchRestartAgents", Map.of("hostIds", ids))
        .path("id")
        .asLong();
  }

  private static String awaitEnd(long task) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> system.controlPlane().get(TASKS + task).path("status").asText(),
            status -> !status.equals("RUNNING"));
  }

  /**
   * As after a crash of a publisher that had not noted how far it was: each event is there twice.
   */
  private static void sayAllOfItAgain() throws SQLException {
    try (Connection database =
            DriverManager.getConnection(
                system.postgres().jdbcUrl(),
                system.postgres().user(),
                system.postgres().password());
        Statement statement = database.createStatement()) {
      statement.execute(
          """
          update outbox set owner = 'crashed', lease_until = now() + interval '3 seconds',
            tx = '0', id = 0
          """);
    }
    await().atMost(PATIENCE).until(MirrorIT::isAllPublished);
  }

  private static boolean isAllPublished() throws SQLException {
    try (Connection database =
            DriverManager.getConnection(
                system.postgres().jdbcUrl(),
                system.postgres().user(),
                system.postgres().password());
        Statement statement = database.createStatement();
        var found =
            statement.executeQuery(
                "select not exists (select from event e, outbox o where (e.tx, e.id) > (o.tx, o.id))")) {
      return found.next() && found.getBoolean(1);
    }
  }
}
