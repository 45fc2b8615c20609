package dev.relight.controlplane.api;

import dev.relight.controlplane.engine.CancelTask;
import dev.relight.controlplane.engine.HoldTask;
import dev.relight.controlplane.store.TaskReads;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.function.Function;

/**
 * Holds a task, lets it go on, ends it: for who asked for it, and for TASK_MANAGERs. Each answers
 * the task, once nothing more starts of it, a second later at most. 400 (20003) where the task's
 * state does not allow it.
 */
@Path("/tasks/instances/{taskId}")
@Authenticated
@Blocking // The answer may be large; a worker thread writes it as fast as its reader takes it.
class TaskControlResource {
  private final HoldTask holdTask;
  private final CancelTask cancelTask;
  private final TaskReads reads;
  private final TaskAccess access;
  private final TaskView view;

  TaskControlResource(
      HoldTask holdTask, CancelTask cancelTask, TaskReads reads, TaskAccess access, TaskView view) {
    this.holdTask = holdTask;
    this.cancelTask = cancelTask;
    this.reads = reads;
    this.access = access;
    this.view = view;
  }

  /** What runs comes to its end, nothing else starts until the task is resumed. */
  @POST
  @Path("/pause")
  public Uni<TaskDetail> pause(@PathParam("taskId") long taskId) {
    return operate(taskId, holdTask::pause);
  }

  /** A PAUSED task goes on exactly where it stood. */
  @POST
  @Path("/resume")
  public Uni<TaskDetail> resume(@PathParam("taskId") long taskId) {
    return operate(taskId, holdTask::resume);
  }

  /**
   * What runs is stopped, and agents that the task has stopped are started again; then the task is
   * CANCELED.
   */
  @POST
  @Path("/cancel")
  public Uni<TaskDetail> cancel(@PathParam("taskId") long taskId) {
    return operate(taskId, cancelTask::cancel);
  }

  private Uni<TaskDetail> operate(long taskId, Function<Long, Uni<Void>> operation) {
    return reads
        .task(taskId)
        .invoke(access::checkChange)
        .chain(task -> operation.apply(taskId))
        .chain(() -> view.task(taskId));
  }
}
