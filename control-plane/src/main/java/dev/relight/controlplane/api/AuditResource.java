package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.store.AuditEvents;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.OffsetDateTime;

/** Who did what. */
@Path("/audit/events")
class AuditResource {
  private final AuditEvents events;

  AuditResource(AuditEvents events) {
    this.events = events;
  }

  /**
   * A page of the requests that would change something, refused ones among them; the newest first.
   *
   * @param user the user's name
   * @param operation part of the operation, in any case, such as {@code batchRestartAgents}
   * @param hostId one of the hosts that it was about
   * @param taskId the task that it made or was about
   * @param from not before this time, ISO-8601 with offset
   * @param to before this time
   * @param traceId of one request, as its answer says
   */
  @GET
  @RolesAllowed("ADMIN")
  public Uni<Listing<AuditAnswer>> list(
      @QueryParam("user") String user,
      @QueryParam("operation") String operation,
      @QueryParam("hostId") Long hostId,
      @QueryParam("taskId") Long taskId,
      @QueryParam("from") OffsetDateTime from,
      @QueryParam("to") OffsetDateTime to,
      @QueryParam("traceId") String traceId,
      @BeanParam Paging paging) {
    PageRequest page = paging.request(AuditEvents.SORT_FIELDS, "id,desc");
    return events
        .events(new AuditEvents.Filter(user, operation, hostId, taskId, from, to, traceId), page)
        .map(found -> Listing.of(found, page, AuditAnswer::of));
  }
}
