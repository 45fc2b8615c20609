package dev.relight.controlplane.api;

import static org.eclipse.microprofile.openapi.OASFactory.createAPIResponse;
import static org.eclipse.microprofile.openapi.OASFactory.createComponents;
import static org.eclipse.microprofile.openapi.OASFactory.createContent;
import static org.eclipse.microprofile.openapi.OASFactory.createMediaType;
import static org.eclipse.microprofile.openapi.OASFactory.createSchema;
import static org.eclipse.microprofile.openapi.OASFactory.createSecurityRequirement;
import static org.eclipse.microprofile.openapi.OASFactory.createSecurityScheme;
import static org.eclipse.microprofile.openapi.OASFactory.createServer;

import dev.relight.controlplane.task.Refusal.Reason;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** What the operations of the OpenAPI document have in common. */
final class OpenApiComponents {
  /** Those whose absent fields are not left out. */
  private static final List<Class<? extends Record>> PRINTING_NULL =
      List.of(HostAnswer.class, HostAnswer.Service.class, AgentAnswer.class, ProcessAnswer.class);

  /** What answers leave out at times; everything else is always in them. */
  private static final Map<String, Set<String>> LEFT_OUT =
      Map.of(
          "AuditAnswer", Set.of("code", "message", "taskId", "user"),
          "TaskAnswer", Set.of("hostId"),
          "TaskDetail", Set.of("finishTime"),
          "TaskSubtask", Set.of("executor", "finishTime", "message", "startTime"),
          "TaskSummary", Set.of("finishTime"));

  static final String EVENT_STREAM = "text/event-stream";

  private static final String FRAMES =
      """
      Server-sent events. Each has the id to resume from, in the header Last-Event-ID, and as its \
      data a JSON array of events in their order: those of the topics task-status and \
      subtask-status (the latter have a subtaskId), with their version, which counts the events of \
      a task. An event "end" with {taskId, status} is the last of a task in which nothing can move \
      any more. Comments keep the connection alive.""";

  private OpenApiComponents() {}

  static void addTo(OpenAPI document) {
    // Both forms of every path, each operation described once.
    document.setServers(
        List.of(
            createServer().url("/api/v2").description("as most of the reference prints the paths"),
            createServer().url("/").description("the same without a prefix")));
    Components components =
        document.getComponents() == null ? createComponents() : document.getComponents();
    components
        .addSecurityScheme(
            "basic", createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"))
        .addSecurityScheme(
            "bearer", createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"))
        .addSecurityScheme(
            "accessKey",
            createSecurityScheme()
                .type(SecurityScheme.Type.APIKEY)
                .in(SecurityScheme.In.HEADER)
                .name("Authorization")
                .description("OCP-ACCESS-KEY-HMACSHA1 {accessKey}:{signature}, with a Date"));
    document.setSecurity(
        List.of(
            createSecurityRequirement().addScheme("basic"),
            createSecurityRequirement().addScheme("bearer"),
            createSecurityRequirement().addScheme("accessKey")));
    components.addSchema("Envelope", envelope());
    components.addSchema("Refusal", refusal());
    components.addSchema("HostIds", hostIds());
    // What the scan makes of what is read or written by hand.
    components.removeSchema("EventStream");
    components.removeSchema("JsonNode");
    components.removeSchema("JsonNodeType");
    Map<String, Schema> schemas = new TreeMap<>(components.getSchemas());
    schemas.forEach(OpenApiComponents::requireAllOfAnswers);
    PRINTING_NULL.forEach(type -> allowNull(type, schemas.get(type.getSimpleName())));
    components.setSchemas(schemas);
    components.setResponses(responses());
    document.setComponents(components);
  }

  /** How the operations answer that do not end. */
  static APIResponse eventStream() {
    return createAPIResponse()
        .description("The events as they come")
        .content(
            createContent().addMediaType(EVENT_STREAM, createMediaType().schema(string(FRAMES))));
  }

  static Schema reference(String name) {
    return createSchema().ref("#/components/schemas/" + name);
  }

  private static void requireAllOfAnswers(String name, Schema schema) {
    if (schema.getProperties() != null && !name.matches("Envelope|HostIds|.*(Form|Change)")) {
      schema.setRequired(
          schema.getProperties().keySet().stream()
              .filter(property -> !LEFT_OUT.getOrDefault(name, Set.of()).contains(property))
              .toList());
    }
  }

  private static void allowNull(Class<? extends Record> type, Schema schema) {
    for (RecordComponent field : type.getRecordComponents()) {
      String name = field.getName();
      if (field.getType() == OffsetDateTime.class) {
        schema.addProperty(
            name,
            createSchema().addType(SchemaType.STRING).addType(SchemaType.NULL).format("date-time"));
      } else if (!field.getType().isPrimitive()) {
        schema.getProperties().get(name).addType(SchemaType.NULL);
      }
    }
  }

  private static Schema envelope() {
    return object("What is around every answer")
        .addProperty("duration", integer("milliseconds from the request's arrival"))
        .addProperty("server", string("address of the answering server"))
        .addProperty("status", integer("the HTTP status"))
        .addProperty("successful", createSchema().addType(SchemaType.BOOLEAN))
        .addProperty("timestamp", string("when it was answered").format("date-time"))
        .addProperty("traceId", string("the trace that the log speaks of"))
        .required(List.of("duration", "server", "status", "successful", "timestamp", "traceId"));
  }

  private static Schema refusal() {
    Schema field =
        object("What is wrong with one field")
            .addProperty("object", string("what it is a field of"))
            .addProperty("field", string("its name"))
            .addProperty("rejectedValue", createSchema().description("as it was sent"))
            .addProperty("message", string("what would be right"));
    Schema error =
        object("What went wrong")
            .addProperty("code", integer("one of the codes of OCP"))
            .addProperty("message", string("what is wrong and what would be right"))
            .addProperty("target", string("id of what stands in the way"))
            .addProperty("subErrors", createSchema().addType(SchemaType.ARRAY).items(field))
            .required(List.of("code", "message"));
    return createSchema()
        .addAllOf(reference("Envelope"))
        .addAllOf(
            createSchema()
                .addType(SchemaType.OBJECT)
                .addProperty("error", error)
                .required(List.of("error")));
  }

  private static Schema hostIds() {
    return object("Each host counts once; hostids is as good a name")
        .addProperty(
            "hostIds",
            createSchema()
                .addType(SchemaType.ARRAY)
                .minItems(1)
                .items(integer("id of a host").format("int64").minimum(BigDecimal.ONE)))
        .required(List.of("hostIds"))
        .examples(List.of(Map.of("hostIds", List.of(1001, 1002))));
  }

  /** One for each status; the codes tell apart what has the same. */
  private static Map<String, APIResponse> responses() {
    Map<Integer, List<Reason>> byStatus =
        Stream.of(Reason.values()).collect(Collectors.groupingBy(Reason::status));
    Map<String, APIResponse> responses = new TreeMap<>();
    byStatus.forEach(
        (status, reasons) ->
            responses.put(
                "Refusal" + status,
                createAPIResponse()
                    .description(
                        reasons.stream()
                            .map(reason -> reason.code() + " " + name(reason))
                            .collect(Collectors.joining("; ")))
                    .content(
                        createContent()
                            .addMediaType(
                                "application/json",
                                createMediaType().schema(reference("Refusal"))))));
    return responses;
  }

  private static String name(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Schema object(String description) {
    return createSchema().addType(SchemaType.OBJECT).description(description);
  }

  private static Schema string(String description) {
    return createSchema().addType(SchemaType.STRING).description(description);
  }

  private static Schema integer(String description) {
    return createSchema().addType(SchemaType.INTEGER).description(description);
  }
}
