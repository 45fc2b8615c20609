package dev.relight.controlplane.api;

import dev.relight.service.tracing.Span;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.RequestScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.MDC;

/** The request that is being answered: since when, and in which trace. */
@RequestScoped
class Exchange {
  private final long started = System.nanoTime();
  private Span span = Span.none(null);
  private Trace trace = Trace.of(null);
  private String client = "unknown";
  private String method = "";
  private URI uri = URI.create("/");
  private List<String> idempotencyKeys = List.of();
  private boolean replayed;
  private final AdmitRequests admission;
  private final CurrentVertxRequest current;

  Exchange(AdmitRequests admission, CurrentVertxRequest current) {
    this.admission = admission;
    this.current = current;
  }

  /** Nobody reads the answer. */
  boolean isAbandoned() {
    return current.getCurrent().response().closed();
  }

  /** It makes a task of so many hosts; a {@code Refusal} where that is too much just now. */
  void concerns(int hosts) {
    admission.batch(current.getCurrent(), hosts);
  }

  /**
   * What is asked for.
   *
   * @param address the client's
   * @param asked the same for both forms of a path
   */
  void asksFor(String address, String verb, URI asked) {
    client = address;
    method = verb;
    uri = asked;
  }

  String client() {
    return client;
  }

  String method() {
    return method;
  }

  String path() {
    return uri.getRawPath();
  }

  /** Method, path and query. */
  String line() {
    return method + " " + path() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  void asksUnder(List<String> keys) {
    idempotencyKeys = keys == null ? List.of() : keys;
  }

  /** The values of the header Idempotency-Key. */
  List<String> idempotencyKeys() {
    return idempotencyKeys;
  }

  /** The answer is that of an earlier request. */
  void replays() {
    replayed = true;
  }

  boolean isReplayed() {
    return replayed;
  }

  void continues(Span newSpan) {
    span = newSpan;
    trace = Trace.of(span.traceparent());
    MDC.put("trace", trace.id());
  }

  /** What it is in its trace. */
  Span span() {
    return span;
  }

  Trace trace() {
    return trace;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
