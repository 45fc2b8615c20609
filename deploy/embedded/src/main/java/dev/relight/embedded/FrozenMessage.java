package dev.relight.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record as the first release wrote it. While an installation is being upgraded, services of two
 * releases talk to each other: each later one reads these, and writes what can be read as these.
 *
 * @param name what it is about
 * @param key null where the topic's records have none
 */
public record FrozenMessage(String name, String key, Map<String, String> headers, JsonNode value) {
  /** The topics that have any, without a prefix. */
  public static final List<String> TOPICS =
      List.of(
          "subtask-commands",
          "subtask-reports",
          "worker-heartbeats",
          "worker-control",
          "host-sightings",
          "task-status",
          "subtask-status");

  private static final String FOLDER = "/golden/v1/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All of a topic. */
  public static List<FrozenMessage> of(String topic) {
    return read(topic, new TypeReference<List<FrozenMessage>>() {});
  }

  /** The one of that name. */
  public static FrozenMessage of(String topic, String name) {
    return of(topic).stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow();
  }

  /** The values of each enum that is in messages, by the name of its class. */
  public static Map<String, List<String>> values() {
    return read("values", new TypeReference<Map<String, List<String>>>() {});
  }

  /** The same about something else: the member at the pointer, which must be there, is another. */
  public FrozenMessage with(String pointer, Object other) {
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode changed = value.deepCopy();
    ObjectNode parent = (ObjectNode) changed.at(at.head());
    parent.replace(at.last().getMatchingProperty(), JSON.valueToTree(other));
    return new FrozenMessage(name, key, headers, changed);
  }

  /** As Kafka carries it. */
  public byte[] bytes() {
    return value.toString().getBytes(UTF_8);
  }

  /** To be sent to a topic. */
  public ProducerRecord<String, byte[]> record(String topic) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, bytes());
    headers.forEach((header, text) -> record.headers().add(header, text.getBytes(UTF_8)));
    return record;
  }

  @Override
  public String toString() {
    return name;
  }

  private static <T> T read(String file, TypeReference<T> type) {
    try (InputStream text = FrozenMessage.class.getResourceAsStream(FOLDER + file + ".json")) {
      return JSON.readValue(text, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
