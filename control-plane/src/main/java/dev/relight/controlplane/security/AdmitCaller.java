package dev.relight.controlplane.security;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Lets a user in whose credentials were right, if he does not ask too much. */
@ApplicationScoped
class AdmitCaller implements SecurityIdentityAugmentor {
  private final RateLimit rateLimit;

  AdmitCaller(RateLimit rateLimit) {
    this.rateLimit = rateLimit;
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity,
      AuthenticationRequestContext context,
      Map<String, Object> attributes) {
    RoutingContext request = HttpSecurityUtils.getRoutingContextAttribute(attributes);
    SecurityIdentity caller =
        identity.getPrincipal() instanceof JsonWebToken token
            ? TokenCaller.of(token, identity.getRoles())
            : identity;
    return Uni.createFrom().item(() -> rateLimit.take(caller, request));
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    throw new UnsupportedOperationException("Only requests over HTTP have users");
  }
}
