package dev.relight.worker;

import io.smallrye.common.annotation.Identifier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready is a worker that the group has taken in and whose heartbeats reach Kafka. */
@Readiness
class WorkerReadiness implements HealthCheck {
  private final Assignment assignment;
  private final Heartbeats heartbeats;

  WorkerReadiness(@Identifier("commands") Assignment assignment, Heartbeats heartbeats) {
    this.assignment = assignment;
    this.heartbeats = heartbeats;
  }

  @Override
  public HealthCheckResponse call() {
    String missing =
        !assignment.joined()
            ? "The group of the commands' readers has not taken this worker in"
            : !heartbeats.delivered() ? "Kafka does not take heartbeats" : null;
    return missing == null
        ? HealthCheckResponse.up("commands")
        : HealthCheckResponse.named("commands").down().withData("missing", missing).build();
  }
}
