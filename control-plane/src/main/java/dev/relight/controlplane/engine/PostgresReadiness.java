package dev.relight.controlplane.engine;

import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Without PostgreSQL nothing can be accepted; the lease is renewed there twice a second. */
@Readiness
class PostgresReadiness implements HealthCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Announce announce;

  PostgresReadiness(Announce announce) {
    this.announce = announce;
  }

  @Override
  public HealthCheckResponse call() {
    Duration silence = announce.silence();
    boolean answers = silence.compareTo(PATIENCE) < 0;
    return answers
        ? HealthCheckResponse.up("postgresql")
        : HealthCheckResponse.named("postgresql")
            .down()
            .withData("missing", "PostgreSQL has not answered for " + silence.toSeconds() + " s")
            .build();
  }
}
