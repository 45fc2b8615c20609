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
    boolean ready = assignment.joined() && heartbeats.delivered();
    return HealthCheckResponse.named("commands").status(ready).build();
  }
}
