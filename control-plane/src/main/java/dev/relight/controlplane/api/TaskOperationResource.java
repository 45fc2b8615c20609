package dev.relight.controlplane.api;

import dev.relight.controlplane.engine.CancelSubtask;
import dev.relight.controlplane.engine.ReopenFailed;
import dev.relight.controlplane.engine.RollBack;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** What can be done with tasks that do not go as they should. */
@Path("/tasks/instances/{taskId}")
@RolesAllowed("TASK_MANAGER")
class TaskOperationResource {
  private final ReopenFailed reopenFailed;
  private final CancelSubtask cancelSubtask;
  private final RollBack rollBack;
  private final TaskView view;

  TaskOperationResource(
      ReopenFailed reopenFailed, CancelSubtask cancelSubtask, RollBack rollBack, TaskView view) {
    this.reopenFailed = reopenFailed;
    this.cancelSubtask = cancelSubtask;
    this.rollBack = rollBack;
    this.view = view;
  }

  /**
   * Does all failed subtasks of a FAILED task once more, and answers the task. 400 (20003) in any
   * other state, 409 (40000) where another task has one of the hosts now.
   */
  @POST
  @Path("/retry")
  @Blocking // The answer may be large; a worker thread writes it as fast as its reader takes it.
  public Uni<TaskDetail> retry(@PathParam("taskId") long taskId) {
    return reopenFailed.task(taskId).chain(() -> view.task(taskId));
  }

  /**
   * Undoes a FAILED task, and answers it: what its stops have stopped runs again, and all subtasks
   * are PENDING in the end. 400 (20003) in any other state, 400 (20004) where the task cannot be
   * rolled back, 409 (40000) where another task has one of the hosts now.
   */
  @POST
  @Path("/rollback")
  @Blocking
  public Uni<TaskDetail> rollback(@PathParam("taskId") long taskId) {
    return rollBack.task(taskId).chain(() -> view.task(taskId));
  }

  /** Does one failed subtask once more, and answers it. Errors as above. */
  @POST
  @Path("/subtasks/{subtaskId}/retry")
  public Uni<TaskDetail.Subtask> retry(
      @PathParam("taskId") long taskId, @PathParam("subtaskId") long subtaskId) {
    return reopenFailed.subtask(taskId, subtaskId).chain(() -> view.subtask(taskId, subtaskId));
  }

  /** Counts one failed subtask as SUCCESSFUL, so that its lane goes on. Errors as above. */
  @POST
  @Path("/subtasks/{subtaskId}/skip")
  public Uni<Void> skip(@PathParam("taskId") long taskId, @PathParam("subtaskId") long subtaskId) {
    return reopenFailed.skip(taskId, subtaskId);
  }

  /**
   * Stops one READY or RUNNING subtask; it ends FAILED, and what it may have stopped is started
   * again. 400 (20003) in any other state.
   */
  @POST
  @Path("/subtasks/{subtaskId}/cancel")
  public Uni<Void> cancel(
      @PathParam("taskId") long taskId, @PathParam("subtaskId") long subtaskId) {
    return cancelSubtask.cancel(taskId, subtaskId);
  }
}
