package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifiedCredentialsTest {
  private static final char[] PASSWORD = "secret".toCharArray();

  private final SecurityIdentity alice =
      QuarkusSecurityIdentity.builder().setPrincipal(new Caller(1, "alice", List.of())).build();
  private final Hand clock = new Hand();
  private final VerifiedCredentials verified =
      new VerifiedCredentials(clock, () -> Duration.ofSeconds(60));

  @Test
  void recallsWhatWasVerified() {
    verified.remember("alice", PASSWORD, alice, verified.changesSoFar());

    assertThat(verified.recall("alice", PASSWORD)).contains(alice);
  }

  @Test
  void recallsNothingElse() {
    verified.remember("alice", PASSWORD, alice, verified.changesSoFar());

    assertThat(verified.recall("alice", "Secret".toCharArray())).isEmpty();
    assertThat(verified.recall("bob", PASSWORD)).isEmpty();
  }

  @Test
  void recallsForAShortWhileOnly() {
    verified.remember("alice", PASSWORD, alice, verified.changesSoFar());

    clock.now = clock.now.plusSeconds(59);
    assertThat(verified.recall("alice", PASSWORD)).isPresent();
    clock.now = clock.now.plusSeconds(1);
    assertThat(verified.recall("alice", PASSWORD)).isEmpty();
  }

  @Test
  void forgetsAUserWhoWasChanged() {
    verified.remember("alice", PASSWORD, alice, verified.changesSoFar());
    verified.forget("alice");

    assertThat(verified.recall("alice", PASSWORD)).isEmpty();
  }

  @Test
  void doesNotRememberAUserWhoWasChangedWhileThePasswordWasVerified() {
    long before = verified.changesSoFar();
    verified.forget("alice");
    verified.remember("alice", PASSWORD, alice, before);

    assertThat(verified.recall("alice", PASSWORD)).isEmpty();
  }
}
