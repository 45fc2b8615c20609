package dev.relight.controlplane.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a short while which passwords were verified, as bcrypt is slow by design. It keeps
 * no password, only a hash under a key that never leaves this process.
 */
@Singleton
class VerifiedCredentials {
  private static final String ALGORITHM = "HmacSHA256";

  private record Verified(byte[] hash, SecurityIdentity user, Instant until) {}

  private final Map<String, Verified> verified = new ConcurrentHashMap<>();
  private final Map<String, Uni<SecurityIdentity>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();
  private final SecretKeySpec key;
  private final Clock clock;
  private final Duration lifetime;

  VerifiedCredentials(Clock clock, SecurityConfig config) {
    this.clock = clock;
    this.lifetime = config.credentialMemory();
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, ALGORITHM);
  }

  /** The user, if this very password was verified a short while ago. */
  Optional<SecurityIdentity> recall(String name, char[] password) {
    Verified known = verified.get(name);
    return known != null
            && clock.instant().isBefore(known.until)
            && MessageDigest.isEqual(known.hash, hash(password))
        ? Optional.of(known.user)
        : Optional.empty();
  }

  /**
   * What comes of verifying this very password, which whoever needs it meanwhile waits for: what
   * many ask for at once would else cost all of the machine each time it has been forgotten. It is
   * told on the context on which it was asked for.
   */
  Uni<SecurityIdentity> verify(
      String name, char[] password, Supplier<Uni<SecurityIdentity>> verification) {
    // Whoever asks once a user was changed does not get what was looked up before.
    String which =
        "%d %s %s"
            .formatted(changes.get(), Base64.getEncoder().encodeToString(hash(password)), name);
    Context own = Vertx.currentContext();
    Uni<SecurityIdentity> shared =
        underWay.computeIfAbsent(
            which,
            it ->
                Uni.createFrom()
                    .<SecurityIdentity>deferred(() -> verification.get())
                    .onTermination()
                    .invoke(() -> underWay.remove(it))
                    .memoize()
                    .indefinitely());
    return own == null ? shared : shared.emitOn(MutinyHelper.executor(own));
  }

  /** To be read before the user is, and handed to {@link #remember} with the result. */
  long changesSoFar() {
    return changes.get();
  }

  /** Remembers a verified password, unless a user was changed since it was looked up. */
  void remember(String name, char[] password, SecurityIdentity user, long changesBefore) {
    verified.put(name, new Verified(hash(password), user, clock.instant().plus(lifetime)));
    if (changes.get() != changesBefore) {
      verified.remove(name);
    }
  }

  /** To be called after the change of a user has been committed. */
  void forget(String name) {
    changes.incrementAndGet();
    verified.remove(name);
  }

  private byte[] hash(char[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(new String(password).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
