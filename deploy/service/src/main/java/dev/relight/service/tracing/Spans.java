package dev.relight.service.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Begins spans. Their parents are handed on as W3C trace context, as they are stored with tasks and
 * go with every message, and never by a thread; so nothing is paid where nobody wants spans.
 */
public final class Spans {
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  /** Null where spans are not wanted. */
  private static volatile Tracer tracer;

  private Spans() {}

  static void makeBy(Tracer maker) {
    tracer = maker;
  }

  /** Whether there is somebody to take them. */
  public static boolean wanted() {
    return tracer != null;
  }

  /** Of a request that came in; a trace begins with it where the parent is null. */
  public static Span server(String name, String parent) {
    return begin(SpanKind.SERVER, name, parent);
  }

  /** Of something that is asked of others. */
  public static Span client(String name, String parent) {
    return begin(SpanKind.CLIENT, name, parent);
  }

  /** Of a message that is sent. */
  public static Span producer(String name, String parent) {
    return begin(SpanKind.PRODUCER, name, parent).with("messaging.system", "kafka");
  }

  /** Of a message that was read, and what is done with it. */
  public static Span consumer(String name, String parent) {
    return begin(SpanKind.CONSUMER, name, parent).with("messaging.system", "kafka");
  }

  /** The same work within a span. */
  public static <T> Uni<T> within(Supplier<Span> span, Supplier<Uni<T>> work) {
    if (tracer == null) {
      return work.get();
    }
    return Uni.createFrom()
        .deferred(
            () -> {
              Span begun = span.get();
              return work.get()
                  .onTermination()
                  .invoke((item, failure, canceled) -> begun.end(failure));
            });
  }

  private static Span begin(SpanKind kind, String name, String parent) {
    Tracer maker = tracer;
    return maker == null
        ? Span.none(parent)
        : Span.of(maker.spanBuilder(name).setSpanKind(kind).setParent(context(parent)).startSpan());
  }

  private static Context context(String traceparent) {
    if (traceparent == null || !TRACEPARENT.matcher(traceparent).matches()) {
      return Context.root();
    }
    String[] parts = traceparent.split("-");
    return Context.root()
        .with(
            io.opentelemetry.api.trace.Span.wrap(
                SpanContext.createFromRemoteParent(
                    parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault())));
  }
}
