package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VerifiedCredentialsTest {
  private static final char[] PASSWORD = "secret".toCharArray();

  private final SecurityIdentity alice =
      QuarkusSecurityIdentity.builder().setPrincipal(new Caller(1, "alice", List.of())).build();
  private final Hand clock = new Hand();
  private final VerifiedCredentials verified =
      new VerifiedCredentials(clock, () -> Duration.ofSeconds(60));
  private final List<CompletableFuture<SecurityIdentity>> verifications = new ArrayList<>();

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

  @Test
  void verifiesOnceWhatManyAskForAtOnce() {
    List<SecurityIdentity> told = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ask("secret").subscribe().with(told::add);
    }
    assertThat(verifications).hasSize(1);
    assertThat(told).isEmpty();

    verifications.get(0).complete(alice);
    assertThat(told).containsOnly(alice).hasSize(3);
    ask("secret").subscribe().with(told::add);
    assertThat(verifications).hasSize(2);
  }

  @Test
  void verifiesEachPasswordByItself() {
    ask("secret").subscribe().with(user -> {});
    ask("guess").subscribe().with(user -> {}, wrong -> {});
    assertThat(verifications).hasSize(2);
  }

  @Test
  void failsAllWhoAskedForWhatIsWrongAndVerifiesItAnewForTheNext() {
    List<Throwable> told = new ArrayList<>();
    ask("guess").subscribe().with(user -> {}, told::add);
    ask("guess").subscribe().with(user -> {}, told::add);
    verifications.get(0).completeExceptionally(new AuthenticationFailedException());
    assertThat(told).hasSize(2).hasOnlyElementsOfType(AuthenticationFailedException.class);
    ask("guess").subscribe().with(user -> {}, told::add);
    assertThat(verifications).hasSize(2);
  }

  @Test
  void doesNotGiveWhatWasLookedUpBeforeAChangeToWhoAsksBehindIt() {
    ask("secret").subscribe().with(user -> {});
    verified.forget("alice");
    ask("secret").subscribe().with(user -> {});
    assertThat(verifications).hasSize(2);
  }

  private Uni<SecurityIdentity> ask(String password) {
    return verified.verify(
        "alice",
        password.toCharArray(),
        () -> {
          CompletableFuture<SecurityIdentity> verification = new CompletableFuture<>();
          verifications.add(verification);
          return Uni.createFrom().completionStage(verification);
        });
  }
}
