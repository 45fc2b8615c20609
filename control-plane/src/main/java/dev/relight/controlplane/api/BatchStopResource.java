package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.controlplane.plan.TaskKind;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Stops the agents of many hosts at once. */
@Path("/compute/hosts/batchStopAgents")
class BatchStopResource {
  private final Submission submission;

  BatchStopResource(Submission submission) {
    this.submission = submission;
  }

  /**
   * Stops the agents of the hosts, stage by stage. Answers at once with the task; 404 names all
   * hosts that are unknown, 409 has the task that holds one of the hosts as its target.
   *
   * @param body {@code {"hostIds":[…]}}, where {@code hostids} is as good; each id counts once
   */
  @POST
  @RolesAllowed("HOST_MANAGER")
  @Blocking // The answer may be large; a worker thread writes it as fast as its reader takes it.
  public Uni<TaskAnswer> submit(JsonNode body) {
    return submission.batch(TaskKind.BATCH_STOP, body).map(TaskAnswer::of);
  }
}
