package dev.relight.controlplane.api;

import dev.relight.controlplane.security.Audit;
import dev.relight.controlplane.security.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;

/** Keeps a change and its audit event together: both are there, or neither. */
@RequestScoped
class AuditedChange {
  private static final int DONE = 200;

  private final Audit audit;
  private final AuditNote note;
  private final SecurityIdentity identity;

  AuditedChange(Audit audit, AuditNote note, SecurityIdentity identity) {
    this.audit = audit;
    this.note = note;
    this.identity = identity;
  }

  /** In the open session; of what is no host. */
  Uni<Void> tell() {
    Caller caller = (Caller) identity.getPrincipal();
    return audit.tellInSession(note.entry(caller, DONE, null)).invoke(note::keep);
  }

  /** In the open session; of a host. */
  Uni<Void> ofHost(long hostId) {
    note.concerns(List.of(hostId));
    return tell();
  }
}
