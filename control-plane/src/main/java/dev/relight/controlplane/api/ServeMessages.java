package dev.relight.controlplane.api;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Serves what describes the topics, to anybody, as the document of the API is: the AsyncAPI
 * document and the schemas of the messages, each where the document refers to it.
 */
@ApplicationScoped
class ServeMessages {
  private static final String FOLDER = "/asyncapi/";

  private static final List<String> SCHEMAS =
      List.of(
          "agent-state",
          "cloud-event-headers",
          "dead-letter-headers",
          "dispatch",
          "host-look",
          "host-sighting",
          "report-headers",
          "subtask-command",
          "subtask-event",
          "subtask-report",
          "task-event",
          "worker-control",
          "worker-heartbeat");

  void serve(@Observes Router router) {
    String document = OpenApiOperation.text(FOLDER + "asyncapi.yaml");
    router.get("/q/asyncapi").handler(request -> answer(request, "application/yaml", document));
    for (String name : SCHEMAS) {
      String path = "schemas/" + name + ".json";
      String schema = OpenApiOperation.text(FOLDER + path);
      router
          .get("/q/" + path)
          .handler(request -> answer(request, "application/schema+json", schema));
    }
  }

  private static void answer(RoutingContext request, String type, String text) {
    HttpServerResponse response = request.response();
    response.putHeader("Content-Type", type + ";charset=UTF-8").end(text);
  }
}
