package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "relight.security")
interface SecurityConfig {
  /**
   * For how long a verified password is not verified again; a user who was changed through another
   * control plane can go on for as long.
   */
  @WithDefault("60s")
  Duration credentialMemory();
}
