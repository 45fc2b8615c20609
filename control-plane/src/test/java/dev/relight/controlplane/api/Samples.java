package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The contract's samples: what answers have to look like. */
final class Samples {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?[+-]\\d\\d:\\d\\d";

  private Samples() {}

  static JsonNode sample(String name) {
    try (InputStream file = Samples.class.getResourceAsStream("/contract/" + name + ".json")) {
      return JSON.readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Response answer) {
    try {
      return JSON.readTree(answer.asByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same keys in the same order, and values of the same JSON types, all the way down. */
  static void assertLooksLike(String sample, Response answer, String... leftOut) {
    assertThat(answer.statusCode()).isEqualTo(200);
    compare("", sample(sample), json(answer), Set.of(leftOut));
  }

  /** As above, of something that has not come to its end: what it has not yet is left out. */
  static void assertLooksLikeSoFar(String sample, Response answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode json = json(answer);
    Set<String> notYet = new TreeSet<>(Set.of("executor", "finishTime", "startTime"));
    json.at("/data/subtasks")
        .forEach(
            subtask -> {
              ((ObjectNode) subtask).remove("message");
              Set<String> absent = new TreeSet<>(notYet);
              absent.removeAll(keys(subtask));
              compare("", subtaskOf(sample(sample)), subtask, absent);
            });
    ((ObjectNode) json.at("/data")).remove("subtasks");
    JsonNode expected = sample(sample);
    ((ObjectNode) expected.at("/data")).remove("subtasks");
    notYet.removeAll(keys(json.at("/data")));
    compare("", expected, json, notYet);
  }

  private static JsonNode subtaskOf(JsonNode sample) {
    return sample.at("/data/subtasks/0");
  }

  private static void compare(String path, JsonNode sample, JsonNode answer, Set<String> leftOut) {
    if (sample.isNull() || answer.isNull()) {
      return;
    }
    assertThat(answer.getNodeType()).as(path).isEqualTo(sample.getNodeType());
    if (sample.isObject() && !path.endsWith("Map")) {
      List<String> expected = keys(sample);
      expected.removeAll(leftOut);
      assertThat(keys(answer)).as(path).isEqualTo(expected);
      expected.forEach(key -> compare(path + "." + key, sample.get(key), answer.get(key), leftOut));
    } else if (sample.isArray() && !sample.isEmpty()) {
      answer.forEach(element -> compare(path + "[]", sample.get(0), element, leftOut));
    } else if (sample.isTextual() && sample.textValue().matches(TIME)) {
      assertThat(answer.textValue()).as(path).matches(TIME);
    }
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
