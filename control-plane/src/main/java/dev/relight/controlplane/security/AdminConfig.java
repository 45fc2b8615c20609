package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

@ConfigMapping(prefix = "relight.admin")
interface AdminConfig {
  /** Password of the user {@code admin} that the first start makes; without it, a random one. */
  Optional<String> password();
}
