package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Whose bearer tokens are trusted, by OpenID Connect. */
@ConfigMapping(prefix = "relight.security.oidc")
interface TokenConfig {
  /** Where the issuer tells of itself under {@code /.well-known}; nobody's tokens without it. */
  Optional<String> issuer();

  /**
   * One of them must be in a token's {@code aud}; needed with an issuer, {@code any} for no check.
   */
  Optional<List<String>> audience();

  /** The claim with the roles, {@code /} between the names of nested ones. */
  @WithDefault("roles")
  String rolesClaim();
}
