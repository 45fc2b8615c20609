package dev.relight.controlplane.security;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Knows a user by name and password. An unknown name takes as long and fails in the same words as a
 * wrong password.
 */
@ApplicationScoped
class PasswordIdentity implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
  private static final int LONGEST_NAME = 64;
  private static final String NOBODYS_HASH = BcryptUtil.bcryptHash("nobody");

  private final Users users;
  private final VerifiedCredentials verified;
  private final FailedLogins failed;

  PasswordIdentity(Users users, VerifiedCredentials verified, FailedLogins failed) {
    this.users = users;
    this.verified = verified;
    this.failed = failed;
  }

  @Override
  public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
    return UsernamePasswordAuthenticationRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
    String name = request.getUsername();
    char[] password = request.getPassword().getPassword();
    String address =
        HttpSecurityUtils.getRoutingContextAttribute(request)
            .request()
            .remoteAddress()
            .hostAddress();
    return verified
        .recall(name, password)
        .map(identity -> Uni.createFrom().item(identity))
        .orElseGet(
            () ->
                Uni.createFrom()
                    .deferred(
                        () -> {
                          failed.check(name, address);
                          return verified.verify(
                              name, password, () -> verify(name, password, address, context));
                        }));
  }

  private Uni<SecurityIdentity> verify(
      String name, char[] password, String address, AuthenticationRequestContext context) {
    long changes = verified.changesSoFar();
    return (isName(name) ? users.find(name) : Uni.createFrom().<AppUser>nullItem())
        .chain(
            user ->
                context.runBlocking(
                    () -> {
                      // Again, for those that came all at once.
                      failed.check(name, address);
                      return identity(user, password);
                    }))
        .onFailure(AuthenticationFailedException.class)
        .invoke(() -> failed.count(name, address))
        .invoke(
            identity -> {
              failed.forget(name);
              verified.remember(name, password, identity, changes);
            });
  }

  /** What cannot be one is not looked for: PostgreSQL may not even take it. */
  private static boolean isName(String name) {
    return !name.isEmpty() && name.length() <= LONGEST_NAME && name.indexOf(0) < 0;
  }

  private static SecurityIdentity identity(AppUser user, char[] password) {
    String hash = user == null ? NOBODYS_HASH : user.passwordHash;
    if (!BcryptUtil.matches(new String(password), hash) || user == null) {
      throw new AuthenticationFailedException();
    }
    return user.identity();
  }
}
