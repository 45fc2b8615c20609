package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.HostTarget;
import dev.relight.worker.transport.HttpTransport;
import dev.relight.worker.transport.HttpTransport.Answer;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.util.Map;

/** The HTTP API of the agent on one host. */
final class AgentApi {
  private static final int NO_SUCH_TASK = 2300;

  /** What became of a restart that the agent was told to do. */
  enum Progress {
    UNKNOWN,
    RUNNING,
    OK,
    FAILED
  }

  /**
   * A restart, as the agent tells of it.
   *
   * @param error why it failed, {@code ""} else
   */
  record Restart(Progress progress, String error) {}

  private final HttpTransport http;
  private final HostTarget host;
  private final String traceparent;
  private final ObjectMapper mapper;

  /**
   * As asked by whoever does the command.
   *
   * @param traceparent of the command
   */
  AgentApi(HttpTransport http, HostTarget host, String traceparent, ObjectMapper mapper) {
    this.http = http;
    this.host = host;
    this.traceparent = traceparent;
    this.mapper = mapper;
  }

  /** The status object of agentctl. */
  Uni<JsonNode> status() {
    return post("agent/status", Map.of()).map(answer -> data("status", answer));
  }

  /** Begins a restart, unless the agent has begun it under this token already. */
  Uni<Void> restart(String token) {
    return post("agent/restart", Map.of("taskToken", token))
        .invoke(answer -> data("restart", answer))
        .replaceWithVoid();
  }

  /** What became of the restart under this token. */
  Uni<Restart> look(String token) {
    return post("task/status", Map.of("taskToken", token)).map(this::restart);
  }

  private Restart restart(Answer answer) {
    JsonNode body = json("task status", answer);
    if (body.path("error").path("code").asInt() == NO_SUCH_TASK) {
      return new Restart(Progress.UNKNOWN, "");
    }
    JsonNode task = data("task status", answer);
    if (!task.path("finished").asBoolean()) {
      return new Restart(Progress.RUNNING, "");
    }
    return task.path("ok").asBoolean()
        ? new Restart(Progress.OK, "")
        : new Restart(Progress.FAILED, error(task));
  }

  private static String error(JsonNode task) {
    String error = task.path("err").asText();
    for (JsonNode step : task.path("progress")) {
      if (step.path("status").asText().equals("fail")) {
        error = "%s (at %s: %s)".formatted(error, step.path("name"), step.path("message"));
      }
    }
    return OperationLog.bounded(error.isBlank() ? "the agent does not say why" : error);
  }

  private JsonNode data(String what, Answer answer) {
    JsonNode body = json(what, answer);
    if (answer.status() >= 400 || !body.path("successful").asBoolean(false)) {
      throw new OperationFailed(
          "The agent refuses the %s (HTTP %d): %s"
              .formatted(
                  what,
                  answer.status(),
                  body.path("error").path("message").asText("it does not say why")));
    }
    return body.path("data");
  }

  private JsonNode json(String what, Answer answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      throw new OperationFailed(
          "The agent does not let in the worker by the credential '%s' (HTTP %d)"
              .formatted(host.credential(), status));
    }
    if (status >= 300 && status < 400) {
      throw new OperationFailed(
          "The agent answers the %s with a redirect (HTTP %d), which is not followed"
              .formatted(what, status));
    }
    try {
      JsonNode body = mapper.readTree(answer.body());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (IOException e) {
      // As below.
    }
    throw new OperationFailed(
        "What answers the %s is no agent: no JSON object (HTTP %d)".formatted(what, status));
  }

  private Uni<Answer> post(String path, Map<String, String> body) {
    return Uni.createFrom()
        .item(() -> bytes(body))
        .chain(bytes -> http.post(host, path, bytes, traceparent));
  }

  private byte[] bytes(Map<String, String> body) {
    try {
      return mapper.writeValueAsBytes(body);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
