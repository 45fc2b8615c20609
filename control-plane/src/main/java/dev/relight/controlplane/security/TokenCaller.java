package dev.relight.controlplane.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Makes the user of a token one like those that are kept in PostgreSQL. */
final class TokenCaller {
  private static final Set<String> ROLES =
      Stream.of(Role.values()).map(Role::name).collect(Collectors.toSet());

  /** As many as a client that reads numbers as floating point can tell apart. */
  private static final int ID_BITS = 52;

  private TokenCaller() {}

  /** With the roles of ours that the token has; others say nothing here. */
  static SecurityIdentity of(JsonWebToken token, Set<String> claimed) {
    List<String> roles = claimed.stream().filter(ROLES::contains).sorted().toList();
    long id = id(token.getIssuer(), token.getSubject());
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(new Caller(id, token.getName(), roles))
            .addAttribute(Caller.UNTIL, Instant.ofEpochSecond(token.getExpirationTime()));
    roles.stream()
        .flatMap(role -> Role.valueOf(role).included().stream())
        .forEach(role -> identity.addRole(role.name()));
    return identity.build();
  }

  /** Always the same for a subject, and below 0, where no user in PostgreSQL is. */
  static long id(String issuer, String subject) {
    try {
      byte[] text = (issuer + "\n" + subject).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      long bits = ByteBuffer.wrap(hash).getLong() >>> (Long.SIZE - ID_BITS);
      return -1 - bits;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
