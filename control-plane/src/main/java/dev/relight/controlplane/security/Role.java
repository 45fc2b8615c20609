package dev.relight.controlplane.security;

import java.util.EnumSet;
import java.util.Set;

/** What a user may do. */
public enum Role {
  HOST_VIEWER,
  HOST_MANAGER,
  TASK_VIEWER,
  TASK_MANAGER,
  ADMIN;

  /** This role and all that it includes. */
  public Set<Role> included() {
    return switch (this) {
      case HOST_VIEWER, TASK_VIEWER -> EnumSet.of(this);
      case HOST_MANAGER -> EnumSet.of(this, HOST_VIEWER);
      case TASK_MANAGER -> EnumSet.of(this, TASK_VIEWER);
      case ADMIN -> EnumSet.allOf(Role.class);
    };
  }
}
