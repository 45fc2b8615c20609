package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The OpenAPI document as it is served, and what it says of answers. */
final class Document {
  private static final String IRI = "https://relight.invalid/openapi.json";
  private static final String JSON = "/content/application~1json/schema";

  /** The document with the members that it names and no others. */
  static final Document STRICT = new Document(true);

  /** The document as it is: members may be added. */
  static final Document OPEN = new Document(false);

  /**
   * An operation of the document.
   *
   * @param method in upper case
   * @param path with the names of its parameters in braces
   */
  record Operation(String method, String path, JsonNode description) {
    String pointer() {
      return "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method.toLowerCase();
    }

    private boolean isAt(String asked) {
      return Pattern.matches(path.replaceAll("\\{[^}]+}", "[^/]+"), asked);
    }
  }

  private final JsonNode root;
  private final List<Operation> operations = new ArrayList<>();
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  private Document(boolean strict) {
    root = Samples.json(RestAssured.get("/q/openapi?format=JSON"));
    for (var path : root.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (method.getValue().has("operationId")) {
          operations.add(
              new Operation(method.getKey().toUpperCase(), path.getKey(), method.getValue()));
        }
      }
    }
    // Of two that match, the one with fewer parameters is meant.
    operations.sort(Comparator.comparing(operation -> operation.path().split("\\{").length));
    if (strict) {
      close();
    }
    registry =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(), builder -> builder.schemas(Map.of(IRI, root.toString())));
  }

  List<Operation> operations() {
    return operations;
  }

  /** The operation that answers there, if the document has one. */
  Optional<Operation> at(String method, String asked) {
    String path = asked.startsWith("/api/v2/") ? asked.substring("/api/v2".length()) : asked;
    return operations.stream()
        .filter(operation -> operation.isAt(path))
        .findFirst()
        // What stands there by name is no value of a parameter.
        .map(Operation::path)
        .flatMap(
            found ->
                operations.stream()
                    .filter(operation -> operation.path().equals(found))
                    .filter(operation -> operation.method().equals(method))
                    .findFirst());
  }

  /** What is wrong with an answer. */
  List<String> faults(Operation operation, int status, String answer) {
    JsonNode response = operation.description().at("/responses/" + status);
    if (response.isMissingNode()) {
      return List.of("the document has no status " + status);
    }
    String reference = response.path("$ref").asText();
    String pointer =
        reference.isEmpty() ? operation.pointer() + "/responses/" + status : reference.substring(1);
    return schemas
        .computeIfAbsent(pointer + JSON, this::schema)
        .validate(answer, com.networknt.schema.InputFormat.JSON)
        .stream()
        .map(Error::toString)
        .toList();
  }

  private Schema schema(String pointer) {
    return registry.getSchema(SchemaLocation.of(IRI + "#" + pointer));
  }

  /** What stands together in one answer may have no more than all of it names. */
  private void close() {
    for (var schema : root.at("/components/schemas").properties()) {
      ObjectNode object = (ObjectNode) schema.getValue();
      if (object.has("allOf")) {
        object.put("unevaluatedProperties", false);
      } else if (object.has("properties") && !schema.getKey().equals("Envelope")) {
        object.put("additionalProperties", false);
      }
    }
    for (Operation operation : operations) {
      JsonNode schema = operation.description().at("/responses/200" + JSON);
      if (schema instanceof ObjectNode object) {
        object.put("unevaluatedProperties", false);
      }
    }
  }
}
