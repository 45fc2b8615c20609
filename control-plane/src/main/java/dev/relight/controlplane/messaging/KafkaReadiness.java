package dev.relight.controlplane.messaging;

import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Without Kafka nothing that is accepted would be done; the broker is asked twice a second. */
@Readiness
class KafkaReadiness implements HealthCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WatchBacklog backlog;

  KafkaReadiness(WatchBacklog backlog) {
    this.backlog = backlog;
  }

  @Override
  public HealthCheckResponse call() {
    Duration silence = backlog.silence();
    boolean answers = silence.compareTo(PATIENCE) < 0;
    return answers
        ? HealthCheckResponse.up("kafka")
        : HealthCheckResponse.named("kafka")
            .down()
            .withData("missing", "Kafka has not answered for " + silence.toSeconds() + " s")
            .build();
  }
}
