package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.controlplane.security.Audit;
import dev.relight.controlplane.store.AuditEvents.Entry;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.Reason;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * Refuses a body that says that it is too large, in the contract's form: the server by itself would
 * hang up. It does so where a body in chunks turns out too large.
 */
@Singleton
class BodyLimit {
  /** Before the server's own check. */
  private static final int PRIORITY = 100;

  private final long limit;
  private final ServerAddress server;
  private final ObjectMapper json;
  private final Clock clock;
  private final Audit audit;

  BodyLimit(
      VertxHttpConfig http, ServerAddress server, ObjectMapper json, Clock clock, Audit audit) {
    this.limit = http.limits().maxBodySize().map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
    this.server = server;
    this.json = json;
    this.clock = clock;
    this.audit = audit;
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  private void check(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || Long.parseLong(length) <= limit) {
      context.next();
      return;
    }
    Trace trace = Trace.of(context.request().getHeader("traceparent"));
    Refusal refusal =
        Refusal.of(Reason.TOO_LARGE, "The body is too large; at most %d bytes.".formatted(limit));
    if (AuditTrail.CHANGING.contains(context.request().method().name())) {
      audit.tell(entry(context.request(), refusal, trace)).subscribe().with(told -> {});
    }
    context
        .response()
        .setStatusCode(Reason.TOO_LARGE.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(answer(refusal, trace));
    // Read to its end and thrown away, so that a client who writes all of it sees the answer.
    context.request().resume();
  }

  /** It is refused before anybody asks whose it is. */
  private static Entry entry(HttpServerRequest request, Refusal refusal, Trace trace) {
    String path = AuditNote.bounded(request.path());
    return new Entry(
        null,
        null,
        request.method() + " " + path,
        path,
        List.of(),
        null,
        request.remoteAddress().hostAddress(),
        refusal.reason().status(),
        refusal.reason().code(),
        refusal.getMessage(),
        trace.id());
  }

  private String answer(Refusal refusal, Trace trace) {
    try {
      return json.writeValueAsString(
          new Envelope(
              null,
              0,
              Problem.of(refusal),
              server.toString(),
              Reason.TOO_LARGE.status(),
              false,
              OffsetDateTime.now(clock),
              trace.id()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An envelope is always written", e);
    }
  }
}
