package dev.relight.controlplane.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.DoubleStream;

/** Has what was never counted yet told as 0, and the answers to requests counted by their time. */
@ApplicationScoped
class BeginMetrics {
  private static final String REQUESTS = "http.server.requests";

  /** Upper ends of the buckets of requests. */
  private static final double[] BUCKETS =
      DoubleStream.of(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
          .map(seconds -> seconds * Duration.ofSeconds(1).toNanos())
          .toArray();

  void start(@Observes StartupEvent event) {
    Metric.ALL.begin();
  }

  @Produces
  @Singleton
  MeterFilter bucketsOfRequests() {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(REQUESTS)
            ? DistributionStatisticConfig.builder()
                .serviceLevelObjectives(BUCKETS)
                .build()
                .merge(config)
            : config;
      }
    };
  }
}
