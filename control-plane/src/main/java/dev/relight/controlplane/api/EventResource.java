package dev.relight.controlplane.api;

import dev.relight.controlplane.live.LiveEvents;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** The events of all tasks, live. */
@Path("/tasks/events")
class EventResource {
  private final LiveEvents live;
  private final TaskAccess access;

  EventResource(LiveEvents live, TaskAccess access) {
    this.live = live;
    this.access = access;
  }

  /**
   * The events of all tasks, or of one's own without the role TASK_VIEWER; those that come, or all
   * behind the one that is named.
   *
   * @param last the id of the last event that the client has
   */
  @GET
  @Authenticated
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Uni<EventStream> events(@HeaderParam("Last-Event-ID") String last) {
    Long creator = access.seesAll() ? null : access.caller().id();
    return live.ofAll(creator, last, access.spectator(creator == null))
        .map(frames -> new EventStream(Optional.of(frames)));
  }
}
