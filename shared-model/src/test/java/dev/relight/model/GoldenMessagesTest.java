package dev.relight.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * While an installation is being upgraded, services of two releases talk to each other. What the
 * first release wrote is frozen: each later one reads it, and writes all that is in it.
 */
class GoldenMessagesTest {
  private static final Path FROZEN = Path.of("src", "test", "resources", "golden", "v1");

  /** As Quarkus makes it for the services. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "subtask-command", SubtaskCommand.class,
          "subtask-report", SubtaskReport.class,
          "worker-heartbeat", WorkerHeartbeat.class,
          "worker-control", WorkerControl.class,
          "task-event", TaskEvent.class,
          "subtask-event", SubtaskEvent.class);

  static Stream<Path> frozen() throws IOException {
    try (Stream<Path> files = Files.list(FROZEN)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void whatWasWrittenIsReadAndWrittenAgain(Path file) throws IOException {
    JsonNode frozen = JSON.readTree(file.toFile());
    Object message = JSON.treeToValue(frozen, type(file));

    assertThat(missing("", frozen, JSON.valueToTree(message))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void whatIsNotKnownIsPassedOver(Path file) throws IOException {
    JsonNode frozen = JSON.readTree(file.toFile());
    JsonNode later = frozen.deepCopy();
    addUnknown(later);

    assertThat(later).isNotEqualTo(frozen);
    assertThat(JSON.treeToValue(later, type(file))).isEqualTo(JSON.treeToValue(frozen, type(file)));
  }

  /** Else a member could go, and nobody would notice. */
  @Test
  void everyMemberOfEveryMessageIsFrozenWithAValue() throws IOException {
    for (Map.Entry<String, Class<?>> type : TYPES.entrySet()) {
      Set<String> frozen = new TreeSet<>();
      for (Path file : frozen().filter(file -> type(file) == type.getValue()).toList()) {
        JSON.readTree(file.toFile())
            .properties()
            .forEach(
                field -> {
                  if (!field.getValue().isNull()) {
                    frozen.add(field.getKey());
                  }
                });
      }
      // Members that came later are not in the first release's messages, nor need they be.
      Set<String> now =
          Stream.of(type.getValue().getRecordComponents())
              .map(RecordComponent::getName)
              .collect(Collectors.toSet());
      assertThat(now).as(type.getKey()).containsAll(frozen);
      assertThat(frozen).as(type.getKey()).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void everyKindOfReportIsFrozen() throws IOException {
    Set<String> frozen = new TreeSet<>();
    for (Path file : frozen().filter(file -> type(file) == SubtaskReport.class).toList()) {
      frozen.add(JSON.readTree(file.toFile()).get("type").asText());
    }
    assertThat(frozen)
        .containsExactlyInAnyOrder("STARTED", "LOG", "SUCCEEDED", "FAILED", "RELEASED");
  }

  private static Class<?> type(Path file) {
    String name = file.getFileName().toString().replaceAll("(-of-.*)?\\.json$", "");
    assertThat(TYPES).containsKey(name);
    return TYPES.get(name);
  }

  /** Where the frozen tree has what the other one has not, or has otherwise. */
  private static List<String> missing(String at, JsonNode frozen, JsonNode now) {
    List<String> missing = new ArrayList<>();
    if (now == null) {
      missing.add(at + " is not there");
    } else if (frozen.isObject()) {
      frozen
          .properties()
          .forEach(
              field ->
                  missing.addAll(
                      missing(
                          at + "/" + field.getKey(), field.getValue(), now.get(field.getKey()))));
    } else if (frozen.isArray() && frozen.size() == now.size()) {
      for (int i = 0; i < frozen.size(); i++) {
        missing.addAll(missing(at + "/" + i, frozen.get(i), now.get(i)));
      }
    } else if (!text(frozen).equals(text(now))) {
      missing.add("%s is %s, was %s".formatted(at, now, frozen));
    }
    return missing;
  }

  private static String text(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addUnknown(JsonNode node) {
    node.forEach(GoldenMessagesTest::addUnknown);
    // What is acknowledged is a map; its keys are no members.
    if (node instanceof ObjectNode object && !isAcknowledged(object)) {
      object.put("aMemberOfTheNextRelease", "x");
      object.putObject("another").put("inner", 1);
    }
  }

  private static boolean isAcknowledged(ObjectNode object) {
    return object.isEmpty() || object.has("worker-7f3a");
  }
}
