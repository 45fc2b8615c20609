package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.engine.Fleet;
import dev.relight.controlplane.inventory.Host;
import dev.relight.controlplane.inventory.HostRegistry;
import dev.relight.controlplane.inventory.Inventory;
import dev.relight.controlplane.messaging.MessagingConfig;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Set;

/** The hosts. */
@Path("/compute/hosts")
class HostResource {
  private final Inventory inventory;
  private final HostRegistry registry;
  private final MessagingConfig topics;
  private final Fleet fleet;

  HostResource(Inventory inventory, HostRegistry registry, MessagingConfig topics, Fleet fleet) {
    this.inventory = inventory;
    this.registry = registry;
    this.topics = topics;
    this.fleet = fleet;
  }

  /**
   * A page of the hosts.
   *
   * @param keyword part of a name or address, in any case; all hosts without it
   * @param status of the hosts, such as {@code ONLINE}; all without it
   */
  @GET
  @RolesAllowed("HOST_VIEWER")
  public Uni<Listing<HostAnswer>> list(
      @QueryParam("keyword") @DefaultValue("") String keyword,
      @QueryParam("status") @DefaultValue("") String status,
      @BeanParam Paging paging) {
    PageRequest page = paging.request(Inventory.HOST_SORT_FIELDS, "id");
    return inventory
        .hosts(keyword, status, page)
        .map(hosts -> Listing.of(hosts, page, HostAnswer::of));
  }

  /** One host; 404 where there is none with this id. */
  @GET
  @Path("/{hostId}")
  @RolesAllowed("HOST_VIEWER")
  public Uni<HostAnswer> get(@PathParam("hostId") long hostId) {
    return inventory.host(hostId).map(HostAnswer::of);
  }

  /** Registers a host with its agent; 409 where its name or its place is taken. */
  @POST
  @RolesAllowed("HOST_MANAGER")
  public Uni<HostAnswer> register(@NotNull(message = HostForm.REQUIRED) @Valid HostForm body) {
    return registry.register(known(body).fill(new Host())).map(HostAnswer::of);
  }

  /** Replaces what was said about a host; 404, or 409 where the name or place is taken. */
  @PUT
  @Path("/{hostId}")
  @RolesAllowed("HOST_MANAGER")
  public Uni<HostAnswer> change(
      @PathParam("hostId") long hostId,
      @NotNull(message = HostForm.REQUIRED) @Valid HostForm body) {
    return registry.change(hostId, known(body)::fill).map(HostAnswer::of);
  }

  /** Removes a host with its agent; 404, or 409 while a running task holds it. */
  @DELETE
  @Path("/{hostId}")
  @RolesAllowed("HOST_MANAGER")
  public Uni<Void> remove(@PathParam("hostId") long hostId) {
    return registry.remove(hostId);
  }

  /** A host of a pool or profile that nobody serves would hold up every task that it is in. */
  private HostForm known(HostForm body) {
    if (body.pool() != null && !topics.pools().contains(body.pool())) {
      throw Refusal.malformed("pool", body.pool(), "must be one of " + topics.pools());
    }
    // Where no worker is there to ask, the host is taken as it is.
    String pool = body.pool() == null ? Host.DEFAULT_POOL : body.pool();
    Set<String> profiles = fleet.profiles(pool);
    if (!profiles.isEmpty() && !profiles.contains(body.profile())) {
      throw Refusal.malformed(
          "profile",
          body.profile(),
          "must be one that a worker of pool '%s' knows: %s"
              .formatted(pool, String.join(", ", profiles)));
    }
    return body;
  }
}
