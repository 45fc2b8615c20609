package dev.relight.worker.metrics;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Has what was never counted yet told as 0. */
@ApplicationScoped
class BeginMetrics {
  void start(@Observes StartupEvent event) {
    Metric.ALL.begin();
  }
}
