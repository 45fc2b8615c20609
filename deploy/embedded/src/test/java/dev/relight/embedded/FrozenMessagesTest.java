package dev.relight.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.relight.model.HostSighting;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.SubtaskReport;
import dev.relight.model.TaskEvent;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Today's messages are those of the first release, whatever was added. */
class FrozenMessagesTest {
  /** As Quarkus makes it for the services. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "subtask-commands", SubtaskCommand.class,
          "subtask-reports", SubtaskReport.class,
          "worker-heartbeats", WorkerHeartbeat.class,
          "worker-control", WorkerControl.class,
          "host-sightings", HostSighting.class,
          "task-status", TaskEvent.class,
          "subtask-status", SubtaskEvent.class);

  static Stream<Arguments> frozen() {
    return FrozenMessage.TOPICS.stream()
        .flatMap(topic -> FrozenMessage.of(topic).stream().map(one -> Arguments.of(topic, one)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("frozen")
  void whatWasWrittenIsReadAndWrittenAgain(String topic, FrozenMessage message) throws IOException {
    Object read = JSON.readValue(message.bytes(), TYPES.get(topic));
    assertThat(missing("", message.value(), JSON.valueToTree(read))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("frozen")
  void whatIsNotKnownIsPassedOver(String topic, FrozenMessage message) throws IOException {
    Class<?> type = TYPES.get(topic);
    JsonNode later = message.value().deepCopy();
    addUnknown(type, later);

    assertThat(later).isNotEqualTo(message.value());
    assertThat(JSON.treeToValue(later, type)).isEqualTo(JSON.readValue(message.bytes(), type));
  }

  /** Else a schema could lose a member, and with it those messages that are held against it. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("frozen")
  void whatWasWrittenIsAsTodaysSchemaSays(String topic, FrozenMessage message) {
    assertThatCode(
            () ->
                MessageCheck.check(
                    "relight." + topic, message.record(topic).headers(), message.bytes()))
        .doesNotThrowAnyException();
  }

  /** What is added gets a message of its own, at the end of its file. */
  @Test
  void everyMemberOfEveryMessageIsFrozenWithAValue() {
    Set<String> now = new TreeSet<>();
    Set<String> frozen = new TreeSet<>();
    for (String topic : FrozenMessage.TOPICS) {
      for (FrozenMessage message : FrozenMessage.of(topic)) {
        eachRecord(
            TYPES.get(topic),
            message.value(),
            (type, object) -> {
              for (RecordComponent member : type.getRecordComponents()) {
                String name = type.getSimpleName() + "." + member.getName();
                now.add(name);
                if (object.hasNonNull(member.getName())) {
                  frozen.add(name);
                }
              }
            });
      }
    }
    assertThat(frozen).contains("HostLook.asked", "ProcessState.birth").isEqualTo(now);
  }

  @Test
  void everyValueIsStillKnown() throws ClassNotFoundException {
    for (Map.Entry<String, List<String>> frozen : FrozenMessage.values().entrySet()) {
      Class<?> type = Class.forName("dev.relight.model." + frozen.getKey());
      assertThat(type.getEnumConstants())
          .extracting(Object::toString)
          .as(frozen.getKey())
          .containsAll(frozen.getValue());
    }
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
    } else if (!frozen.toString().equals(now.toString())) {
      missing.add("%s is %s, was %s".formatted(at, now, frozen));
    }
    return missing;
  }

  private static void addUnknown(Class<?> type, JsonNode value) {
    List<ObjectNode> objects = new ArrayList<>();
    eachRecord(type, value, (record, object) -> objects.add(object));
    for (ObjectNode object : objects) {
      object.put("aMemberOfTheNextRelease", "x");
      object.putObject("another").put("inner", 1);
    }
  }

  private interface Visitor {
    void see(Class<?> type, ObjectNode object);
  }

  /** Shows all objects that are one of our records; the others are maps. */
  private static void eachRecord(Type type, JsonNode node, Visitor visitor) {
    if (type instanceof ParameterizedType container) {
      Type[] arguments = container.getActualTypeArguments();
      node.forEach(element -> eachRecord(arguments[arguments.length - 1], element, visitor));
    } else if (type instanceof Class<?> record
        && record.isRecord()
        && node instanceof ObjectNode object) {
      visitor.see(record, object);
      for (RecordComponent member : record.getRecordComponents()) {
        eachRecord(member.getGenericType(), object.path(member.getName()), visitor);
      }
    }
  }
}
