package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.controlplane.security.Audit;
import dev.relight.controlplane.store.AuditEvents.Entry;
import dev.relight.controlplane.task.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;

/** Answers, in the contract's form, what is turned away before it comes to a resource. */
@Singleton
class EarlyAnswer {
  private static final String TRACE = Trace.class.getName();

  private final ServerAddress server;
  private final ObjectMapper json;
  private final Clock clock;
  private final Audit audit;

  EarlyAnswer(ServerAddress server, ObjectMapper json, Clock clock, Audit audit) {
    this.server = server;
    this.json = json;
    this.clock = clock;
    this.audit = audit;
  }

  void refuse(RoutingContext context, Refusal refusal) {
    Trace trace = trace(context);
    HttpServerRequest request = context.request();
    if (AuditTrail.CHANGING.contains(request.method().name())) {
      audit.tell(entry(request, refusal, trace)).subscribe().with(told -> {});
    }
    if (refusal.retryAfter() != null) {
      String seconds = Long.toString(Refusal.wholeSeconds(refusal.retryAfter()));
      context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
    }
    context
        .response()
        .setStatusCode(refusal.reason().status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(answer(refusal, trace));
    if (!request.isEnded()) {
      // Read to its end and thrown away, so that a client who writes all of it sees the answer.
      request.resume();
    }
  }

  /** The same whenever it is asked for. */
  static Trace trace(RoutingContext context) {
    Trace known = context.get(TRACE);
    if (known != null) {
      return known;
    }
    Trace trace = Trace.of(context.request().getHeader("traceparent"));
    context.put(TRACE, trace);
    return trace;
  }

  /** It is refused before anybody asks whose it is. */
  private static Entry entry(HttpServerRequest request, Refusal refusal, Trace trace) {
    String path = AuditNote.bounded(request.path() == null ? "" : request.path());
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
              refusal.reason().status(),
              false,
              OffsetDateTime.now(clock),
              trace.id()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An envelope is always written", e);
    }
  }
}
