package dev.relight.controlplane.api;

import dev.relight.controlplane.security.Audit;
import dev.relight.controlplane.security.Caller;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Has every request that would change something written down before it is answered. */
class AuditTrail {
  static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final int UNAUTHENTICATED = 401;

  /** Before the envelope is put around what went wrong. */
  private static final int PRIORITY = Priorities.USER + 1000;

  private final Audit audit;
  private final AuditNote note;
  private final CurrentIdentityAssociation identity;

  AuditTrail(Audit audit, AuditNote note, CurrentIdentityAssociation identity) {
    this.audit = audit;
    this.note = note;
    this.identity = identity;
  }

  @ServerResponseFilter(priority = PRIORITY)
  Uni<Void> write(ContainerRequestContext request, ContainerResponseContext response) {
    if (!CHANGING.contains(request.getMethod())) {
      return Uni.createFrom().voidItem();
    }
    Problem problem = response.getEntity() instanceof Problem it ? it : null;
    int status = response.getStatus() == 204 ? 200 : response.getStatus();
    if (note.isKept() && problem == null) {
      return Uni.createFrom().voidItem();
    }
    if (note.isKept() && note.hasMadeTask()) {
      return audit.amend(note.entry(null, status, problem));
    }
    // Whatever else was kept went with its transaction, if that failed at its very end.
    number(request.getUriInfo(), "hostId", host -> note.concerns(List.of(host)));
    number(request.getUriInfo(), "taskId", note::concernsTask);
    return caller(status).chain(caller -> audit.tell(note.entry(caller, status, problem)));
  }

  /** The name that somebody gave without proving it is not written down: it may be a password. */
  private Uni<Caller> caller(int status) {
    if (status == UNAUTHENTICATED) {
      return Uni.createFrom().nullItem();
    }
    return identity
        .getDeferredIdentity()
        .map(known -> known.getPrincipal() instanceof Caller caller ? caller : null)
        .onFailure()
        .recoverWithNull();
  }

  private static void number(UriInfo uri, String parameter, LongConsumer use) {
    String value = uri.getPathParameters().getFirst(parameter);
    if (value != null && value.matches("[1-9][0-9]{0,17}")) {
      use.accept(Long.parseLong(value));
    }
  }
}
