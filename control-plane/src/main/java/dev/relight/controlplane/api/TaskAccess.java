package dev.relight.controlplane.api;

import dev.relight.controlplane.live.Spectator;
import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.StoredTask;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Who may read a task or hold it: who asked for it, and whoever has a role for it. */
@ApplicationScoped
class TaskAccess {
  private final SecurityIdentity identity;

  TaskAccess(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Fails where the caller may not read it. */
  void check(StoredTask task) {
    check(task, seesAll());
  }

  /** Fails where the caller may not pause, resume or cancel it. */
  void checkChange(StoredTask task) {
    check(task, identity.hasRole("TASK_MANAGER"));
  }

  private void check(StoredTask task, boolean mayAnyway) {
    if (caller().id() != task.creatorId() && !mayAnyway) {
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
    return new Spectator(caller().id(), identity.getAttribute(Caller.ACCESS_KEY), byRole, until);
  }
}
