package dev.relight.controlplane.api;

import static org.eclipse.microprofile.openapi.OASFactory.createAPIResponse;
import static org.eclipse.microprofile.openapi.OASFactory.createAPIResponses;
import static org.eclipse.microprofile.openapi.OASFactory.createContent;
import static org.eclipse.microprofile.openapi.OASFactory.createHeader;
import static org.eclipse.microprofile.openapi.OASFactory.createMediaType;
import static org.eclipse.microprofile.openapi.OASFactory.createParameter;
import static org.eclipse.microprofile.openapi.OASFactory.createSchema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Puts into the OpenAPI document what stands in no signature: the envelope around each answer, the
 * refusals, and the contract's samples. The build fails where an operation is not described.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApiDocument implements OASFilter {
  private static final String JSON = "application/json";

  /** Statuses of refusals that have nothing to do with the operation. */
  private static final List<String> ANYWHERE =
      List.of("400", "401", "406", "408", "413", "414", "429", "431", "500", "503");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, OpenApiOperation> described = OpenApiOperation.all();

  @Override
  public void filterOpenAPI(OpenAPI document) {
    OpenApiComponents.addTo(document);
    Map<String, PathItem> paths = new TreeMap<>(document.getPaths().getPathItems());
    document.getPaths().setPathItems(paths);
    paths.forEach(
        (path, item) ->
            item.getOperations()
                .forEach((method, operation) -> complete(method + " " + path, operation)));
  }

  private void complete(String line, Operation operation) {
    OpenApiOperation about = described.get(line);
    if (about == null) {
      throw new IllegalStateException(line + " is missing in openapi/operations.txt");
    }
    operation.setOperationId(about.id());
    operation.setSummary(about.summary());
    operation.setTags(List.of(line.split("/")[1]));
    operation.setSecurity(null);
    if (about.needsRole()) {
      operation.setDescription("Needs the role " + about.role() + ".");
    }
    if (about.takesIdempotencyKey()) {
      operation.addParameter(idempotencyKey());
    }
    if (line.contains("/batch")) {
      operation.getRequestBody().setContent(content(OpenApiComponents.reference("HostIds")));
    }
    boolean takesBody = operation.getRequestBody() != null;
    operation.setResponses(
        isStream(operation.getResponses())
            ? stream(about)
            : responses(about, success(about, answer(operation.getResponses())), takesBody));
  }

  private static APIResponses stream(OpenApiOperation about) {
    APIResponses responses = responses(about, OpenApiComponents.eventStream(), false);
    if (about.refusals().contains("404")) {
      responses.addAPIResponse(
          "204", createAPIResponse().description("Nothing comes any more; do not ask again"));
    }
    responses.setAPIResponses(new TreeMap<>(responses.getAPIResponses()));
    return responses;
  }

  private static APIResponses responses(
      OpenApiOperation about, APIResponse success, boolean takesBody) {
    APIResponses responses = createAPIResponses();
    responses.addAPIResponse("200", success);
    ANYWHERE.forEach(status -> refusal(responses, status));
    if (takesBody) {
      refusal(responses, "415");
    }
    if (about.needsRole()) {
      refusal(responses, "403");
    }
    about.refusals().forEach(status -> refusal(responses, status));
    responses.setAPIResponses(new TreeMap<>(responses.getAPIResponses()));
    return responses;
  }

  private static APIResponse success(OpenApiOperation about, Schema data) {
    Schema envelope = OpenApiComponents.reference("Envelope");
    Content content =
        content(
            data == null
                ? envelope
                : createSchema()
                    .addAllOf(envelope)
                    .addAllOf(
                        createSchema()
                            .addType(Schema.SchemaType.OBJECT)
                            .addProperty("data", data)
                            .required(List.of("data"))));
    about.sample().ifPresent(sample -> content.getMediaType(JSON).setExample(example(sample)));
    APIResponse response = createAPIResponse().description("Done, or accepted").content(content);
    if (about.takesIdempotencyKey()) {
      response.addHeader(
          "Idempotent-Replayed",
          createHeader()
              .description("true where the same request had made the task before")
              .schema(createSchema().addType(Schema.SchemaType.BOOLEAN)));
    }
    return response;
  }

  private static void refusal(APIResponses responses, String status) {
    responses.addAPIResponse(
        status, createAPIResponse().ref("#/components/responses/Refusal" + status));
  }

  private static boolean isStream(APIResponses scanned) {
    APIResponse ok = scanned == null ? null : scanned.getAPIResponse("200");
    return ok != null
        && ok.getContent() != null
        && ok.getContent().hasMediaType(OpenApiComponents.EVENT_STREAM);
  }

  /** The schema that the signature says, or null where the operation has nothing to say. */
  private static Schema answer(APIResponses scanned) {
    APIResponse ok = scanned == null ? null : scanned.getAPIResponse("200");
    if (ok == null || ok.getContent() == null) {
      return null;
    }
    MediaType json = ok.getContent().getMediaType(JSON);
    return json == null ? null : json.getSchema();
  }

  private static Parameter idempotencyKey() {
    return createParameter()
        .name(IdempotencyKey.HEADER)
        .in(Parameter.In.HEADER)
        .description("The same request under the same key makes one task, for 24 hours")
        .schema(
            createSchema()
                .addType(Schema.SchemaType.STRING)
                .pattern("^" + IdempotencyKey.PATTERN + "$"));
  }

  private static Content content(Schema schema) {
    return createContent().addMediaType(JSON, createMediaType().schema(schema));
  }

  private static Object example(String sample) {
    try {
      return MAPPER.readValue(OpenApiOperation.text("/contract/" + sample + ".json"), Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The sample " + sample + " is no JSON", e);
    }
  }
}
