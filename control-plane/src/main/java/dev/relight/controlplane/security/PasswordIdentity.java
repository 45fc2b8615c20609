package dev.relight.controlplane.security;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Knows a user by name and password. An unknown name takes as long and fails in the same words as a
 * wrong password.
 */
@ApplicationScoped
class PasswordIdentity implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
  private static final String NOBODYS_HASH = BcryptUtil.bcryptHash("nobody");

  private final Users users;
  private final VerifiedCredentials verified;

  PasswordIdentity(Users users, VerifiedCredentials verified) {
    this.users = users;
    this.verified = verified;
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
    return verified
        .recall(name, password)
        .map(identity -> Uni.createFrom().item(identity))
        .orElseGet(() -> verify(name, password, context));
  }

  private Uni<SecurityIdentity> verify(
      String name, char[] password, AuthenticationRequestContext context) {
    long changes = verified.changesSoFar();
    return users
        .find(name)
        .chain(user -> context.runBlocking(() -> identity(user, password)))
        .invoke(identity -> verified.remember(name, password, identity, changes));
  }

  private static SecurityIdentity identity(AppUser user, char[] password) {
    String hash = user == null ? NOBODYS_HASH : user.passwordHash;
    if (!BcryptUtil.matches(new String(password), hash) || user == null) {
      throw new AuthenticationFailedException();
    }
    return user.identity();
  }
}
