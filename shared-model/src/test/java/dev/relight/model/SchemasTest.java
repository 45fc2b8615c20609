package dev.relight.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published schemas have just the members of our records, and just the values of our enums. */
class SchemasTest {
  /** A worker is never sent one, and a repair is only ever under way. */
  private static final Set<String> NOT_EVERY_VALUE =
      Set.of("SubtaskCommand.kind", "SubtaskEvent.compensation");

  @ParameterizedTest
  @CsvSource({
    "subtask-command, '', SubtaskCommand",
    "subtask-command, /definitions/HostTarget, HostTarget",
    "subtask-report, '', SubtaskReport",
    "worker-heartbeat, '', WorkerHeartbeat",
    "worker-control, '', WorkerControl",
    "host-look, '', HostLook",
    "host-sighting, '', HostSighting",
    "dispatch, '', Dispatch",
    "agent-state, '', AgentState",
    "agent-state, /definitions/ProcessState, ProcessState",
    "task-event, '', TaskEvent",
    "subtask-event, '', SubtaskEvent"
  })
  void aSchemaIsThatOfItsRecord(String schema, String at, String record) throws Exception {
    Class<?> type = Class.forName("dev.relight.model." + record);
    JsonNode properties = read(schema).at(at).get("properties");

    assertThat(names(properties.fieldNames()))
        .containsExactlyElementsOf(
            Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toList());
    for (RecordComponent component : type.getRecordComponents()) {
      String member = record + "." + component.getName();
      if (component.getType().isEnum()) {
        Set<String> described = new HashSet<>();
        properties.get(component.getName()).get("enum").forEach(v -> described.add(v.asText()));
        Set<String> values =
            Stream.of(component.getType().getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.toSet());
        if (NOT_EVERY_VALUE.contains(member)) {
          assertThat(values).as(member).containsAll(described);
        } else {
          assertThat(described).as(member).isEqualTo(values);
        }
      }
      assertThat(properties.get(component.getName()).has("description"))
          .as(member + " is described")
          .isEqualTo(component.getType() != HostTarget.class);
    }
  }

  private static List<String> names(Iterator<String> names) {
    Iterable<String> all = () -> names;
    return StreamSupport.stream(all.spliterator(), false).toList();
  }

  private static JsonNode read(String schema) throws IOException {
    try (InputStream file =
        SchemasTest.class.getResourceAsStream("/asyncapi/schemas/" + schema + ".json")) {
      return new ObjectMapper().readTree(file);
    }
  }
}
