package dev.relight.controlplane.api;

import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.StoredTask;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;

/** Who may read a task: who asked for it, and whoever has the role TASK_VIEWER. */
@ApplicationScoped
class TaskAccess {
  private final SecurityIdentity identity;

  TaskAccess(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Fails where the caller may not. */
  void check(StoredTask task) {
    Caller caller = (Caller) identity.getPrincipal();
    if (caller.id() != task.creatorId() && !identity.hasRole("TASK_VIEWER")) {
      throw new ForbiddenException();
    }
  }
}
