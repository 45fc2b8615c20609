package dev.relight.controlplane.api;

import jakarta.enterprise.context.RequestScoped;
import java.net.URI;
import java.time.Duration;

/** The request that is being answered: since when, and in which trace. */
@RequestScoped
class Exchange {
  private final long started = System.nanoTime();
  private Trace trace = Trace.of(null);
  private String line = "";
  private boolean replayed;

  /** Method, path and query; the same for both forms of a path. */
  void asksFor(String method, URI uri) {
    line =
        method
            + " "
            + uri.getRawPath()
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  String line() {
    return line;
  }

  /** The answer is that of an earlier request. */
  void replays() {
    replayed = true;
  }

  boolean isReplayed() {
    return replayed;
  }

  void continues(String traceparent) {
    trace = Trace.of(traceparent);
  }

  Trace trace() {
    return trace;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
