package dev.relight.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;

/**
 * Holds what tests see on the topics against the published schemas, where nothing is forgiven that
 * they do not describe, while a consumer has to ignore it; and against what the first release
 * reads.
 */
public final class MessageCheck {
  private static final String FOLDER = "/asyncapi/schemas/";
  private static final String BASE = "mem:" + FOLDER;
  private static final String DEAD_LETTERS = ".dlq";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final SchemaRegistry STRICT =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_7,
          registry -> registry.schemas(iri -> strict(iri.substring(BASE.length()))));

  /** By what the topic's name has behind its prefix, a pool left out. */
  private static final Map<String, Schema> VALUES =
      Map.of(
          "subtask-commands", schema("subtask-command"),
          "subtask-reports", schema("subtask-report"),
          "worker-heartbeats", schema("worker-heartbeat"),
          "worker-control", schema("worker-control"),
          "host-sightings", schema("host-sighting"),
          "task-status", schema("task-event"),
          "subtask-status", schema("subtask-event"));

  private static final Map<String, FrozenForm> FROZEN =
      FrozenMessage.TOPICS.stream().collect(Collectors.toMap(topic -> topic, FrozenForm::of));

  private static final Schema EVENT_HEADERS = schema("cloud-event-headers");
  private static final Schema REPORT_HEADERS = schema("report-headers");
  private static final Schema DEAD_LETTER_HEADERS = schema("dead-letter-headers");

  private MessageCheck() {}

  /** Fails where a record is not as its topic's schemas say, or an older release cannot read it. */
  public static void check(String topic, Iterable<Header> headers, byte[] value) {
    List<String> wrong = new ArrayList<>();
    String name = topic.substring(topic.indexOf('.') + 1);
    if (name.endsWith(DEAD_LETTERS)) {
      note(wrong, DEAD_LETTER_HEADERS.validate(json(headers)));
    } else {
      String withoutPool = name.split("\\.")[0];
      Schema schema = VALUES.get(withoutPool);
      if (schema == null) {
        throw new AssertionError("There is no schema for the topic " + topic);
      }
      note(wrong, schema.validate(json(value), MessageCheck::withFormats));
      wrong.addAll(FROZEN.get(withoutPool).misses(headers, json(value)));
      if (name.endsWith("-status")) {
        note(wrong, EVENT_HEADERS.validate(json(headers), MessageCheck::withFormats));
      } else if (name.equals("subtask-reports")) {
        note(wrong, REPORT_HEADERS.validate(json(headers)));
      } else if (headers.iterator().hasNext()) {
        wrong.add("there are headers");
      }
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(topic + ": " + wrong + " in " + new String(value, UTF_8));
    }
  }

  private static void withFormats(ExecutionContext context) {
    context.executionConfig(config -> config.formatAssertionsEnabled(true));
  }

  private static void note(List<String> wrong, List<Error> errors) {
    errors.forEach(error -> wrong.add(error.getInstanceLocation() + " " + error.getMessage()));
  }

  private static Schema schema(String name) {
    return STRICT.getSchema(SchemaLocation.of(BASE + name + ".json"));
  }

  private static String strict(String file) {
    try (InputStream text = MessageCheck.class.getResourceAsStream(FOLDER + file)) {
      JsonNode schema = JSON.readTree(text);
      close(schema);
      return schema.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Allows no members of objects but those that are described. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && object.has("properties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(MessageCheck::close);
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + new String(value, UTF_8), e);
    }
  }

  private static JsonNode json(Iterable<Header> headers) {
    Map<String, String> text = new HashMap<>();
    headers.forEach(header -> text.put(header.key(), new String(header.value(), UTF_8)));
    return JSON.valueToTree(text);
  }
}
