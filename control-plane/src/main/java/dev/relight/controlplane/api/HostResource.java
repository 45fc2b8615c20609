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
  private final AuditedChange audited;
  private final Fleet fleet;

  HostResource(
      Inventory inventory,
      HostRegistry registry,
      MessagingConfig topics,
      AuditedChange audited,
      Fleet fleet) {
    this.inventory = inventory;
    this.registry = registry;
    this.topics = topics;
    this.audited = audited;
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

  /** What was said about a host when it was registered or changed; 404 where there is none. */
  @GET
  @Path("/{hostId}/registration")
  @RolesAllowed("HOST_MANAGER")
  public Uni<HostForm> registration(@PathParam("hostId") long hostId) {
    return inventory.host(hostId).map(HostForm::of);
  }

  /** Registers a host with its agent; 409 where its name or its place is taken. */
  @POST
  @RolesAllowed("HOST_MANAGER")
  public Uni<HostAnswer> register(@NotNull(message = HostForm.REQUIRED) @Valid HostForm body) {
    return registry
        .register(known(body.fill(new Host())), host -> audited.ofHost(host.id))
        .map(HostAnswer::of);
  }

  /**
   * Changes what was said about a host; what is left out stays. 404, or 409 where the name or place
   * is taken.
   */
  @PUT
  @Path("/{hostId}")
  @RolesAllowed("HOST_MANAGER")
  public Uni<HostAnswer> change(
      @PathParam("hostId") long hostId,
      @NotNull(message = HostForm.REQUIRED) @Valid HostForm.Change body) {
    boolean moves = body.pool() != null || body.profile() != null;
    return registry
        .change(
            hostId,
            host -> {
              body.fill(host);
              if (moves) {
                known(host);
              }
            },
            host -> audited.ofHost(host.id))
        .map(HostAnswer::of);
  }

  /** Removes a host with its agent; 404, or 409 while a running task holds it. */
  @DELETE
  @Path("/{hostId}")
  @RolesAllowed("HOST_MANAGER")
  public Uni<Void> remove(@PathParam("hostId") long hostId) {
    return registry.remove(hostId, host -> audited.ofHost(host.id));
  }

  /** A host of a pool or profile that nobody serves would hold up every task that it is in. */
  private Host known(Host host) {
    if (!topics.pools().contains(host.pool)) {
      throw Refusal.malformed("pool", host.pool, "must be one of " + topics.pools());
    }
    // Where no worker is there to ask, the host is taken as it is.
    Set<String> profiles = fleet.profiles(host.pool);
    if (!profiles.isEmpty() && !profiles.contains(host.profile)) {
      throw Refusal.malformed(
          "profile",
          host.profile,
          "must be one that a worker of pool '%s' knows: %s"
              .formatted(host.pool, String.join(", ", profiles)));
    }
    return host;
  }
}
