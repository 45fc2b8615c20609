package dev.relight.service.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;

/** A piece of work in a trace; where spans are not wanted, it does nothing. */
public final class Span {
  private final io.opentelemetry.api.trace.Span span;
  private final String traceparent;

  private Span(io.opentelemetry.api.trace.Span span, String traceparent) {
    this.span = span;
    this.traceparent = traceparent;
  }

  /** Nothing, in the trace of a parent, which may be null. */
  public static Span none(String parent) {
    return new Span(null, parent);
  }

  static Span of(io.opentelemetry.api.trace.Span span) {
    SpanContext context = span.getSpanContext();
    return new Span(
        span,
        "00-%s-%s-%s"
            .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex()));
  }

  /** W3C trace context for what this leads to; that of the parent where there is no span. */
  public String traceparent() {
    return traceparent;
  }

  /** Notes something about the work. */
  public Span with(String key, String value) {
    if (span != null && value != null) {
      span.setAttribute(key, value);
    }
    return this;
  }

  /** Notes a number about the work. */
  public Span with(String key, long value) {
    if (span != null) {
      span.setAttribute(key, value);
    }
    return this;
  }

  /** The work is done. */
  public void end() {
    if (span != null) {
      span.end();
    }
  }

  /** The work is done, or failed where there is a failure. */
  public void end(Throwable failure) {
    if (span != null && failure != null) {
      span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
    }
    end();
  }
}
