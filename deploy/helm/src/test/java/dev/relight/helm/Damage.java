package dev.relight.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;

/** Copies of what the chart renders for operators, each with one thing wrong. */
final class Damage {
  private static final String UNKNOWN = "unheardOf";

  private Damage() {}

  /** A manifest of a kind, of the example that has one of each. */
  static JsonNode any(String kind) throws IOException {
    return Chart.render(Chart.example("operators"), Map.of())
        .of(kind)
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no " + kind));
  }

  /** With a field that no type has, in an object within it. */
  static JsonNode withUnknownField(JsonNode manifest, String object) {
    JsonNode copy = manifest.deepCopy();
    ((ObjectNode) copy.at(object)).put(UNKNOWN, 1);
    return copy;
  }

  /** With another value, which is YAML, of a field that there is. */
  static JsonNode withValue(JsonNode manifest, String object, String field, String value)
      throws IOException {
    JsonNode copy = manifest.deepCopy();
    JsonNode before =
        ((ObjectNode) copy.at(object)).replace(field, new YAMLMapper().readTree(value));
    if (before == null) {
      throw new AssertionError(object + " has no " + field);
    }
    return copy;
  }
}
