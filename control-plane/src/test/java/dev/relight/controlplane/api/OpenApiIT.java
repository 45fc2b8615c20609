package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The document of the API says what the API does, and is the one that is checked in. */
@QuarkusTest
class OpenApiIT {
  private static final Path CHECKED_IN = Path.of("openapi.yaml");

  @Test
  void theCheckedInDocumentIsTheServedOne() throws IOException {
    String served = RestAssured.get("/q/openapi").then().statusCode(200).extract().asString();
    Path copy = Path.of("target", "openapi.yaml");
    Files.writeString(copy, served);

    if (!Files.exists(CHECKED_IN) || !Files.readString(CHECKED_IN).equals(served)) {
      fail("The API has changed; look at it, then: cp control-plane/%s control-plane/", copy);
    }
  }

  @Test
  void bothFormsOfEachPathAreServed() {
    JsonNode document = document();

    assertThat(document.at("/servers").findValuesAsText("url")).containsExactly("/api/v2", "/");
    assertThat(document.get("paths").fieldNames())
        .toIterable()
        .isNotEmpty()
        .noneMatch(path -> path.startsWith("/api"));
  }

  @Test
  void eachOperationSaysHowItIsRefused() {
    operations()
        .forEach(
            operation -> {
              assertThat(operation.get("summary").asText()).isNotBlank();
              JsonNode responses = operation.get("responses");
              List.of("200", "401", "500").forEach(s -> assertThat(responses.has(s)).isTrue());
              assertThat(responses.has("403")).isEqualTo(operation.has("description"));
              responses.properties().stream()
                  .filter(response -> !isOfAStream(response.getValue()))
                  .forEach(
                      response ->
                          assertThat(schema(response.getValue()).toString())
                              .contains(response.getKey().equals("200") ? "Envelope" : "Refusal"));
            });
  }

  @Test
  void theExamplesAreTheContractsSamples() {
    JsonNode restart =
        document()
            .at("/paths/~1compute~1hosts~1batchRestartAgents/post/responses/200/content")
            .get("application/json")
            .get("example");

    assertThat(restart).isEqualTo(Samples.sample("agents-batch-restart"));
    assertThat(
            operations().stream()
                .filter(o -> o.at("/responses/200").toString().contains("example")))
        .hasSizeGreaterThan(15);
  }

  @Test
  void theExamplesAreWhatTheSchemasSay() {
    for (Document.Operation operation : Document.OPEN.operations()) {
      JsonNode example =
          operation.description().at("/responses/200/content/application~1json/example");
      if (!example.isMissingNode()) {
        assertThat(Document.OPEN.faults(operation, 200, example.toString()))
            .as(operation.path())
            .isEmpty();
      }
    }
  }

  @Test
  void aLogIsText() {
    JsonNode log = document().at("/components/schemas/LogAnswer/properties/log/type");

    assertThat(log.asText()).isEqualTo("string");
  }

  /** Its events have no envelope, and its end has no body. */
  private static boolean isOfAStream(JsonNode response) {
    return response.path("content").has("text/event-stream")
        || response.path("description").asText().startsWith("Nothing comes");
  }

  @Test
  void twoOperationsAreStreams() {
    assertThat(operations().stream().filter(o -> isOfAStream(o.at("/responses/200"))))
        .extracting(operation -> operation.get("operationId").asText())
        .containsExactlyInAnyOrder("followTask", "followTasks");
  }

  private static JsonNode schema(JsonNode response) {
    JsonNode resolved = response;
    if (response.has("$ref")) {
      resolved = document().at(response.get("$ref").asText().substring(1));
    }
    return resolved.at("/content").get("application/json").get("schema");
  }

  private static List<JsonNode> operations() {
    return document().get("paths").properties().stream()
        .flatMap(path -> path.getValue().properties().stream())
        .map(Map.Entry::getValue)
        .filter(node -> node.has("operationId"))
        .toList();
  }

  private static JsonNode document() {
    return Samples.json(RestAssured.get("/q/openapi?format=JSON"));
  }
}
