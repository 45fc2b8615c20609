package dev.relight.controlplane.api;

import jakarta.enterprise.context.RequestScoped;
import java.time.Duration;

/** The request that is being answered: since when, and in which trace. */
@RequestScoped
class Exchange {
  private final long started = System.nanoTime();
  private Trace trace = Trace.of(null);

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
