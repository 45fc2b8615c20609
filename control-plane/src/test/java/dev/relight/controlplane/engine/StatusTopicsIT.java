package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.relight.controlplane.engine.Listener.Heard;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.cloudevents.SpecVersion;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The status topics as those see them who have nothing of ours but their description. */
@QuarkusTest
class StatusTopicsIT {
  private static final String TASKS = "relight.task-status";
  private static final String SUBTASKS = "relight.subtask-status";

  @Inject Rehearsal rehearsal;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void everyTransitionIsThereInItsOrder() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(1));
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);

    List<String> expected = new ArrayList<>();
    for (String stage :
        List.of("PREPARE_RESTART", "RESTART_PROXY", "STOP_ALL", "START_ALL", "FINISH")) {
      Stream.of(" READY", " RUNNING", " SUCCESSFUL").map(stage::concat).forEach(expected::add);
      if (!stage.equals("FINISH")) {
        expected.add("WAIT SUCCESSFUL");
      }
    }
    List<JsonNode> subtasks = bodies(Listener.await(SUBTASKS, task.id(), 19));
    assertThat(subtasks)
        .extracting(b -> text(b, "kind") + " " + text(b, "status"))
        .containsExactlyElementsOf(expected);
    assertThat(subtasks)
        .extracting(b -> b.get("subtaskId").asLong())
        .satisfies(ids -> assertThat(new HashSet<>(ids)).hasSize(9));
    assertThat(bodies(Listener.await(TASKS, task.id(), 2)))
        .extracting(b -> text(b, "status"))
        .containsExactly("RUNNING", "SUCCESSFUL");
  }

  @Test
  void everyRecordIsACloudEventInBinaryMode() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    rehearsal.end(task);

    for (Heard heard : Listener.await(TASKS, task.id(), 2)) {
      assertIsEvent(heard, "dev.relight.task.status.v1", task.id());
    }
    for (Heard heard : Listener.await(SUBTASKS, task.id(), 34)) {
      assertIsEvent(heard, "dev.relight.subtask.status.v1", task.id());
    }
  }

  @Test
  void sequencesHaveNoGapAndVersionsOrderBothTopics() {
    rehearsal.worker(ScriptedWorker::obey);
    List<SubmittedTask> tasks =
        Stream.of(4, 1, 3)
            .map(hosts -> rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(hosts)))
            .toList();
    tasks.forEach(rehearsal::end);

    Set<String> ids = new HashSet<>();
    int events = 0;
    for (SubmittedTask task : tasks) {
      int lanes = task.request().hostIds().size();
      List<Heard> ofTask = Listener.await(TASKS, task.id(), 2);
      List<Heard> ofSubtasks = Listener.await(SUBTASKS, task.id(), 15 * lanes + 4);
      assertThat(ofSubtasks).hasSize(15 * lanes + 4);
      assertCounts(ofTask, Heard::sequence);
      assertCounts(ofSubtasks, Heard::sequence);
      List<Heard> both = new ArrayList<>(ofTask);
      both.addAll(ofSubtasks);
      both.sort(Comparator.comparing(Heard::taskVersion));
      assertCounts(both, Heard::taskVersion);
      assertThat(both.get(0).headers()).containsEntry("ce_type", "dev.relight.task.status.v1");
      both.forEach(heard -> ids.add(heard.headers().get("ce_id")));
      events += both.size();
    }
    assertThat(ids).hasSize(events);
  }

  @Test
  void bodiesAreOfTheDocumentedShape() {
    ScriptedWorker worker = rehearsal.worker(ScriptedWorker::obey);
    List<Long> hosts = rehearsal.hosts(2);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    rehearsal.end(task);

    List<JsonNode> tasks = bodies(Listener.await(TASKS, task.id(), 2));
    assertThat(members(tasks.get(0)))
        .containsExactlyInAnyOrder(
            "taskId", "name", "status", "operation", "creator", "hostIds", "subtaskCount", "at");
    assertThat(tasks.get(0).get("hostIds")).hasToString(hosts.toString().replace(" ", ""));
    assertThat(tasks.get(0).get("subtaskCount").intValue()).isEqualTo(14);
    assertThat(members(tasks.get(1)))
        .containsExactlyInAnyOrder("taskId", "name", "status", "operation", "creator", "at");
    for (JsonNode body : tasks) {
      assertThat(body.get("taskId").isIntegralNumber()).isTrue();
      assertThat(text(body, "name")).isEqualTo("Batch restart OCP agent");
      assertThat(text(body, "creator")).isEqualTo("admin");
    }
    for (JsonNode body : bodies(Listener.await(SUBTASKS, task.id(), 34))) {
      assertIsSubtask(body, task.id(), hosts, worker.id());
    }
  }

  @Test
  void aFailureSaysWhyAndTheRepairIsTold() {
    rehearsal.worker(
        (w, command) -> {
          if (command.kind() == SubtaskKind.STOP_ALL) {
            w.report(command, ReportType.STARTED, null);
            w.report(command, ReportType.FAILED, "pid 1 is still there");
          } else {
            ScriptedWorker.obey(w, command);
          }
        });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(1));
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    List<JsonNode> stop =
        bodies(Listener.await(SUBTASKS, task.id(), 13)).stream()
            .filter(body -> text(body, "kind").equals("STOP_ALL"))
            .toList();
    assertThat(stop)
        .extracting(b -> text(b, "status") + " " + b.path("compensation").asText("-"))
        .containsExactly("READY -", "RUNNING -", "FAILED READY", "FAILED RUNNING", "FAILED -");
    assertThat(stop.subList(2, 5)).allMatch(b -> text(b, "message").equals("pid 1 is still there"));
    JsonNode last = bodies(Listener.await(TASKS, task.id(), 2)).get(1);
    assertThat(text(last, "status")).isEqualTo("FAILED");
    assertThat(text(last, "message")).isEqualTo("1 subtasks failed");
  }

  @Test
  void whatIsPublishedAgainIsTheSame() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(1));
    rehearsal.end(task);
    Map<String, Integer> counts = Map.of(TASKS, 2, SUBTASKS, 19);
    counts.forEach((topic, count) -> Listener.await(topic, task.id(), count));

    // As after a crash of a publisher that had not noted how far it was.
    rehearsal.update(
        """
        update outbox set owner = 'crashed', lease_until = now() + interval '3 seconds',
          (tx, id) = (select tx, id - 1 from event where task_id = %d order by tx, id limit 1)
        """
            .formatted(task.id()));

    counts.forEach(
        (topic, count) -> {
          List<Heard> heard = Listener.await(topic, task.id(), 2 * count);
          assertThat(heard).hasSize(2 * count);
          for (int i = 0; i < count; i++) {
            assertThat(heard.get(count + i).headers()).isEqualTo(heard.get(i).headers());
            assertThat(heard.get(count + i).body()).isEqualTo(heard.get(i).body());
          }
        });
  }

  private static void assertIsEvent(Heard heard, String type, long taskId) {
    assertThat(heard.key()).isEqualTo(String.valueOf(taskId));
    assertThat(heard.headers())
        .containsOnlyKeys(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time",
            "ce_sequence",
            "ce_taskversion",
            "ce_traceparent",
            "content-type")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_source", "/relight")
        .containsEntry("ce_type", type)
        .containsEntry("ce_subject", heard.key())
        .containsEntry("ce_traceparent", Rehearsal.TRACEPARENT)
        .containsEntry("content-type", "application/json");
    assertThat(heard.headers().get("ce_id")).isNotBlank();
    assertThat(OffsetDateTime.parse(heard.headers().get("ce_time")).toInstant())
        .isBetween(Instant.now().minus(Rehearsal.LONG), Instant.now().plusSeconds(1));
    assertThat(heard.event().getSpecVersion()).isEqualTo(SpecVersion.V1);
    assertThat(heard.event().getType()).isEqualTo(type);
    assertThat(heard.event().getSubject()).isEqualTo(heard.key());
    assertThat(heard.event().getDataContentType()).isEqualTo("application/json");
    assertThat(heard.event().getExtensionNames())
        .containsExactlyInAnyOrder("sequence", "taskversion", "traceparent");
  }

  /** In the order of the topic, which keeps a task's events in one partition. */
  private static void assertCounts(List<Heard> heard, Function<Heard, Long> number) {
    assertThat(heard)
        .extracting(number)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, heard.size()).boxed().toList());
  }

  private static void assertIsSubtask(
      JsonNode body, long taskId, List<Long> hosts, String executor) {
    boolean waits = text(body, "kind").equals("WAIT");
    Set<String> expected =
        Stream.of(
                "taskId",
                "subtaskId",
                "kind",
                "parallelIdx",
                "status",
                "operation",
                "attempt",
                "at")
            .collect(Collectors.toSet());
    if (!waits) {
      expected.add("hostId");
      assertThat(hosts.indexOf(body.get("hostId").longValue()))
          .isEqualTo(body.get("parallelIdx").intValue());
    }
    if (!waits && !text(body, "status").equals("READY")) {
      expected.add("executor");
      assertThat(text(body, "executor")).isEqualTo(executor);
    }
    assertThat(members(body)).isEqualTo(expected);
    assertThat(body.get("parallelIdx").intValue() < 0).isEqualTo(waits);
    assertThat(body.get("taskId").longValue()).isEqualTo(taskId);
    assertThat(body.get("subtaskId").isIntegralNumber()).isTrue();
    assertThat(body.get("attempt").intValue()).isOne();
    assertThat(text(body, "operation")).isEqualTo("EXECUTE");
    assertThat(Instant.parse(text(body, "at"))).isBefore(Instant.now().plusSeconds(1));
  }

  private static List<JsonNode> bodies(List<Heard> heard) {
    return heard.stream().map(Heard::body).map(StatusTopicsIT::json).toList();
  }

  private static JsonNode json(String body) {
    try {
      return new JsonMapper().readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError(body, e);
    }
  }

  private static Set<String> members(JsonNode body) {
    return body.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static String text(JsonNode body, String member) {
    assertThat(body.path(member).isTextual()).as(member + " of " + body).isTrue();
    return body.path(member).textValue();
  }
}
