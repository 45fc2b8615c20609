package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleTest {
  @Test
  void aManagerMayWhatAViewerMay() {
    assertThat(Role.HOST_MANAGER.included()).isEqualTo(Set.of(Role.HOST_MANAGER, Role.HOST_VIEWER));
    assertThat(Role.TASK_MANAGER.included()).isEqualTo(Set.of(Role.TASK_MANAGER, Role.TASK_VIEWER));
  }

  @Test
  void aViewerMayNothingElse() {
    assertThat(Role.HOST_VIEWER.included()).isEqualTo(Set.of(Role.HOST_VIEWER));
    assertThat(Role.TASK_VIEWER.included()).isEqualTo(Set.of(Role.TASK_VIEWER));
  }

  @Test
  void anAdminMayAll() {
    assertThat(Role.ADMIN.included()).containsExactlyInAnyOrder(Role.values());
  }
}
