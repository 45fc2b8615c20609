package dev.relight.worker.metrics;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.stream.Stream;

/** Has what was never counted yet told as 0. */
@ApplicationScoped
class BeginMetrics {
  void start(@Observes StartupEvent event) {
    Stream.of(Metric.values()).forEach(Metric::begin);
  }
}
