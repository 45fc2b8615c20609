package dev.relight.controlplane.api;

import dev.relight.controlplane.engine.AwaitTask;
import dev.relight.controlplane.store.TaskEnd;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;

/** Waits until a task has succeeded, for the operations that answer with its result. */
@ApplicationScoped
class Completion {
  private final AwaitTask awaitTask;
  private final ApiConfig config;

  Completion(AwaitTask awaitTask, ApiConfig config) {
    this.awaitTask = awaitTask;
    this.config = config;
  }

  /** Fails with a {@link Refusal} when the task failed, or did not end in time and goes on. */
  Uni<Void> of(long taskId) {
    // The end comes from another thread; entities can only be read on the request's own.
    Executor request = MutinyHelper.executor(Vertx.currentContext());
    return awaitTask
        .await(taskId, config.syncTimeout())
        .emitOn(request)
        .invoke(end -> check(taskId, end.orElseThrow(() -> ranOut(taskId))))
        .replaceWithVoid();
  }

  private static void check(long taskId, TaskEnd end) {
    if (end.status() != TaskStatus.SUCCESSFUL) {
      throw Refusal.of(
          Refusal.Reason.HOST_FAILED,
          end.message() == null ? "Task " + taskId + " failed; its log says why." : end.message(),
          taskId);
    }
  }

  private Refusal ranOut(long taskId) {
    return Refusal.of(
        Refusal.Reason.WAIT_RAN_OUT,
        "Not done within %d s; task %d goes on."
            .formatted(config.syncTimeout().toSeconds(), taskId),
        taskId);
  }
}
