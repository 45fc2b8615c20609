package dev.relight.controlplane.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Knows a user by a signature over the request. Whatever is wrong with it, the caller hears the
 * same; the log on level DEBUG has the reason.
 */
@ApplicationScoped
class SignatureMechanism implements HttpAuthenticationMechanism {
  private static final Logger LOG = Logger.getLogger(SignatureMechanism.class);
  private static final Duration WINDOW = Duration.ofMinutes(15);

  /** By how much the clocks of control planes and PostgreSQL may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** What signatures of unknown keys are compared with, so that it takes as long. */
  private static final String NOBODYS_SECRET = UUID.randomUUID().toString();

  private final AccessKeys accessKeys;
  private final UsedSignatures used;
  private final RateLimit rateLimit;
  private final FailedLogins failed;
  private final Clock clock;

  SignatureMechanism(
      AccessKeys accessKeys,
      UsedSignatures used,
      RateLimit rateLimit,
      FailedLogins failed,
      Clock clock) {
    this.accessKeys = accessKeys;
    this.used = used;
    this.rateLimit = rateLimit;
    this.failed = failed;
    this.clock = clock;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviders) {
    List<String> authorization = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    if (authorization.stream().noneMatch(Signature::isClaimedBy)) {
      return Uni.createFrom().nullItem();
    }
    Optional<Signature> signature =
        authorization.size() == 1 ? Signature.of(authorization.get(0)) : Optional.empty();
    if (signature.isEmpty()) {
      return refuse("the header Authorization is not well written", "?");
    }
    try {
      return verify(signature.get(), SignedRequest.of(context), context);
    } catch (IllegalArgumentException e) {
      return refuse(
          "it is unclear what was signed: " + e.getMessage(), signature.get().accessKey());
    }
  }

  private Uni<SecurityIdentity> verify(
      Signature signature, SignedRequest request, RoutingContext context) {
    Instant signedAt = request.signedAt();
    String message = request.message();
    String accessKey = signature.accessKey();
    if (Duration.between(signedAt, clock.instant()).abs().compareTo(WINDOW) > 0) {
      return refuse("its date is too far from now", accessKey);
    }
    String address = context.request().remoteAddress().hostAddress();
    return Uni.createFrom()
        .item(accessKey)
        .invoke(() -> failed.check(address))
        .chain(accessKeys::find)
        .chain(
            holder -> {
              String secret = holder.map(AccessKeys.Holder::secretKey).orElse(NOBODYS_SECRET);
              if (!signature.isOf(message, secret) || holder.isEmpty()) {
                failed.count(address);
                return refuse("key or signature is wrong", accessKey);
              }
              // First of all, so that nobody fills the table of signatures beyond his share.
              SecurityIdentity user = rateLimit.take(signer(holder.get(), accessKey), context);
              return useOnce(signature, signedAt, user);
            });
  }

  private static SecurityIdentity signer(AccessKeys.Holder holder, String accessKey) {
    return QuarkusSecurityIdentity.builder(holder.user().identity())
        .addAttribute(Caller.ACCESS_KEY, accessKey)
        .build();
  }

  private Uni<SecurityIdentity> useOnce(
      Signature signature, Instant signedAt, SecurityIdentity user) {
    return used.use(signature, signedAt.plus(WINDOW).plus(CLOCK_SKEW))
        .chain(
            first -> {
              if (first) {
                return Uni.createFrom().item(user);
              }
              // Whoever repeats a user's request does not use up his share.
              rateLimit.giveBack(user);
              return refuse("it was used before", signature.accessKey());
            });
  }

  private static Uni<SecurityIdentity> refuse(String reason, String accessKey) {
    LOG.debugf("Refused a signature by the access key %s: %s", accessKey, reason);
    return Uni.createFrom().failure(new AuthenticationFailedException());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().nullItem();
  }

  /** None: it asks no identity provider. */
  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }

  @Override
  public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
    return Uni.createFrom()
        .item(
            new HttpCredentialTransport(
                HttpCredentialTransport.Type.AUTHORIZATION, Signature.SCHEME));
  }
}
