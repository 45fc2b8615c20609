package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.security.AccessKeys;
import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.security.IssuedKey;
import dev.relight.controlplane.security.Users;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Set;

/** The users of this API. */
@Path("/iam")
class UserResource {
  private final Users users;
  private final AccessKeys accessKeys;
  private final SecurityIdentity identity;
  private final AuditedChange audited;

  UserResource(
      Users users, AccessKeys accessKeys, SecurityIdentity identity, AuditedChange audited) {
    this.users = users;
    this.accessKeys = accessKeys;
    this.identity = identity;
    this.audited = audited;
  }

  /** Who is asking. */
  @GET
  @Path("/me")
  @Authenticated
  public UserAnswer me() {
    Caller caller = (Caller) identity.getPrincipal();
    return new UserAnswer(caller.name(), caller.roles());
  }

  /** A page of the users. */
  @GET
  @Path("/users")
  @RolesAllowed("ADMIN")
  public Uni<Listing<UserAnswer>> list(@BeanParam Paging paging) {
    PageRequest page = paging.request(Set.of("id", "name"), "name");
    return users.list(page).map(found -> Listing.of(found, page, UserAnswer::of));
  }

  /** Adds a user; 409 where the name is taken. */
  @POST
  @Path("/users")
  @RolesAllowed("ADMIN")
  public Uni<UserAnswer> add(@NotNull(message = HostForm.REQUIRED) @Valid UserForm body) {
    return users
        .add(
            body.name(),
            body.password(),
            body.roles() == null ? Set.of() : body.roles(),
            audited::tell)
        .map(UserAnswer::of);
  }

  /** Changes a user's password, roles or both; 404, or 409 where no ADMIN would be left. */
  @PUT
  @Path("/users/{name}")
  @RolesAllowed("ADMIN")
  public Uni<UserAnswer> change(
      @PathParam("name") String name,
      @NotNull(message = HostForm.REQUIRED) @Valid UserForm.Change body) {
    return users.change(name, body.password(), body.roles(), audited::tell).map(UserAnswer::of);
  }

  /** Removes a user; 404, or 409 where no ADMIN would be left. */
  @DELETE
  @Path("/users/{name}")
  @RolesAllowed("ADMIN")
  public Uni<Void> remove(@PathParam("name") String name) {
    return users.remove(name, audited::tell);
  }

  /** Gives a user a key to sign requests with; no later answer has its secret. */
  @POST
  @Path("/users/{name}/accessKeys")
  @RolesAllowed("ADMIN")
  public Uni<IssuedKey> addAccessKey(@PathParam("name") String name) {
    return accessKeys.add(name, audited::tell);
  }

  /** Takes a key away from a user; 404 where he has no such key. */
  @DELETE
  @Path("/users/{name}/accessKeys/{accessKey}")
  @RolesAllowed("ADMIN")
  public Uni<Void> removeAccessKey(
      @PathParam("name") String name, @PathParam("accessKey") String accessKey) {
    return accessKeys.remove(name, accessKey, audited::tell);
  }
}
