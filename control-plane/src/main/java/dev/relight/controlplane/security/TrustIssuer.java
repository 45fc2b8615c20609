package dev.relight.controlplane.security;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.Roles.Source;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** Has bearer tokens of the configured issuer verified, and none where there is no issuer. */
@Singleton
class TrustIssuer {
  private final TokenConfig config;

  TrustIssuer(TokenConfig config) {
    this.config = config;
  }

  void onStart(@Observes Oidc oidc) {
    oidc.create(
        config
            .issuer()
            .map(this::trust)
            .orElseGet(() -> OidcTenantConfig.builder().disableTenant().build()));
  }

  private OidcTenantConfig trust(String issuer) {
    List<String> audience =
        config
            .audience()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "relight.security.oidc.audience must say whom the tokens of the issuer are"
                            + " for; any turns the check off"));
    return OidcTenantConfig.authServerUrl(issuer)
        .applicationType(ApplicationType.SERVICE)
        .roles(Source.accesstoken, config.rolesClaim())
        // Only what can be verified here: nobody is asked about a token.
        .token()
        .audience(audience)
        .subjectRequired()
        .allowJwtIntrospection(false)
        .allowOpaqueTokenIntrospection(false)
        .end()
        .build();
  }
}
