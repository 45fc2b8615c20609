package dev.relight.controlplane.api;

import dev.relight.controlplane.live.LiveEvents;
import dev.relight.controlplane.store.StoredTask;
import dev.relight.controlplane.store.TaskReads;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The events of a task, live. */
@Path("/tasks/instances")
class TaskEventResource {
  private final TaskReads reads;
  private final LiveEvents live;
  private final TaskAccess access;

  TaskEventResource(TaskReads reads, LiveEvents live, TaskAccess access) {
    this.reads = reads;
    this.live = live;
    this.access = access;
  }

  /**
   * The events of a task from its first, or all behind the one that is named; 404 where there is no
   * such task. An event "end" is the last when nothing can move any more; whoever asks again behind
   * it is answered 204. Who asked for the task may always see them; others need the role
   * TASK_VIEWER.
   *
   * @param last the id of the last event that the client has
   */
  @GET
  @Path("/{taskId}/events")
  @Authenticated
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Uni<EventStream> events(
      @PathParam("taskId") long taskId, @HeaderParam("Last-Event-ID") String last) {
    return reads.task(taskId).invoke(access::check).chain(task -> stream(task, last));
  }

  private Uni<EventStream> stream(StoredTask task, String last) {
    boolean byRole = task.creatorId() != access.caller().id();
    return live.ofTask(task.id(), last, access.spectator(byRole)).map(EventStream::new);
  }
}
