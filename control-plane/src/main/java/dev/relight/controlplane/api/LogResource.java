package dev.relight.controlplane.api;

import dev.relight.controlplane.store.Logs;
import dev.relight.controlplane.store.StoredTask;
import dev.relight.controlplane.store.TaskReads;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** What was done on the hosts, line by line. */
@Path("/tasks/instances")
@Blocking
class LogResource {
  private final TaskReads reads;
  private final Logs logs;
  private final TaskAccess access;

  LogResource(TaskReads reads, Logs logs, TaskAccess access) {
    this.reads = reads;
    this.logs = logs;
    this.access = access;
  }

  /**
   * The log of a subtask as far as it has come, all attempts; 404 where there is no such task, or
   * the subtask is not of it. Who asked for the task may always read it; others need the role
   * TASK_VIEWER.
   */
  @GET
  @Path("/{taskId}/subtasks/{subtaskId}/log")
  @Authenticated
  public Uni<LogAnswer> log(
      @PathParam("taskId") long taskId, @PathParam("subtaskId") long subtaskId) {
    return reads
        .task(taskId)
        .invoke(access::check)
        .invoke(task -> check(task, subtaskId))
        .map(task -> new LogAnswer(new LogReader(logs, subtaskId)));
  }

  private static void check(StoredTask task, long subtaskId) {
    long number = subtaskId - task.firstSubtaskId();
    if (number < 0 || number >= task.subtaskCount()) {
      throw Refusal.of(
          Refusal.Reason.TASK_NOT_FOUND,
          "There is no subtask %d in task %d.".formatted(subtaskId, task.id()));
    }
  }
}
