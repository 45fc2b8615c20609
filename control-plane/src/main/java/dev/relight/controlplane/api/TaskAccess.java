package dev.relight.controlplane.api;

import dev.relight.controlplane.live.Spectator;
import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.StoredTask;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Who may read a task: who asked for it, and whoever has the role TASK_VIEWER. */
@ApplicationScoped
class TaskAccess {
  private final SecurityIdentity identity;

  TaskAccess(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Fails where the caller may not. */
  void check(StoredTask task) {
    if (caller().id() != task.creatorId() && !seesAll()) {
      throw new ForbiddenException();
    }
  }

  /** Whether the caller may read all tasks. */
  boolean seesAll() {
    return identity.hasRole("TASK_VIEWER");
  }

  Caller caller() {
    return (Caller) identity.getPrincipal();
  }

  /** The caller as one who looks on, {@code byRole} or as the creator of what he sees. */
  Spectator spectator(boolean byRole) {
    Instant until = identity.getAttribute(Caller.UNTIL);
    return new Spectator(caller().id(), byRole, until);
  }
}
