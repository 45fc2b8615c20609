package dev.relight.controlplane.api;

import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.StoredTask;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;

/** Who may read a task or hold it: who asked for it, and whoever has a role for it. */
@ApplicationScoped
class TaskAccess {
  private final SecurityIdentity identity;

  TaskAccess(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Fails where the caller may not read it. */
  void check(StoredTask task) {
    check(task, "TASK_VIEWER");
  }

  /** Fails where the caller may not pause, resume or cancel it. */
  void checkChange(StoredTask task) {
    check(task, "TASK_MANAGER");
  }

  private void check(StoredTask task, String role) {
    Caller caller = (Caller) identity.getPrincipal();
    if (caller.id() != task.creatorId() && !identity.hasRole(role)) {
      throw new ForbiddenException();
    }
  }
}
