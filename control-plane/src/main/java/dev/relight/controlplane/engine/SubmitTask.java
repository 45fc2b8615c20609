package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Accepts a request: in one transaction the task, its subtasks and the locks of its hosts, or
 * nothing at all.
 */
@ApplicationScoped
public class SubmitTask {

  /**
   * Fails with a {@link dev.relight.controlplane.task.Refusal} where a host is unknown or held by
   * another task.
   */
  public Uni<SubmittedTask> submit(TaskRequest request) {
    return Uni.createFrom().failure(new UnsupportedOperationException());
  }
}
