package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relight.controlplane.task.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
  private static final String HERE = "192.0.2.1";
  private static final String THERE = "192.0.2.2";

  private final Hand clock = new Hand();
  private final FailedLogins failed = new FailedLogins(new Settings(3, 10), clock);

  @Test
  void someWrongPasswordsAreNothing() {
    count(2, "alice", HERE);

    assertFree("alice", HERE);
  }

  @Test
  void thenANameHasToWaitFromWhereverItComes() {
    count(3, "alice", HERE);

    assertWaits(Duration.ofSeconds(1), "alice", THERE);
    assertFree("bob", HERE);
    clock.now = clock.now.plusSeconds(1);
    assertFree("alice", THERE);
  }

  @Test
  void theWaitDoublesUpToTheLongest() {
    count(3, "alice", HERE);
    for (int seconds : new int[] {2, 4, 8, 10, 10}) {
      count(1, "alice", HERE);
      assertWaits(Duration.ofSeconds(seconds), "alice", HERE);
    }
    count(200, "alice", HERE);
    assertWaits(Duration.ofSeconds(10), "alice", HERE);
  }

  @Test
  void anAddressHasToWaitWhateverNameItTries() {
    for (int i = 0; i < 10; i++) {
      count(1, "name-" + i, HERE);
    }

    assertWaits(Duration.ofSeconds(1), "alice", HERE);
    assertFree("alice", THERE);
  }

  @Test
  void theRightPasswordForgivesTheNameButNotTheAddress() {
    count(2, "alice", HERE);
    failed.forget("alice");
    count(2, "alice", HERE);
    assertFree("alice", HERE);

    count(6, "mallory", HERE);
    failed.forget("mallory");
    assertWaits(Duration.ofSeconds(1), "mallory", HERE);
  }

  @Test
  void itIsForgottenAfterAWhile() {
    count(2, "alice", HERE);
    clock.now = clock.now.plusSeconds(61);
    count(2, "alice", HERE);

    assertFree("alice", HERE);
  }

  @Test
  void itRemembersOnlySoMany() {
    count(3, "alice", HERE);
    for (int i = 0; i < 10_000; i++) {
      failed.count("name-" + i, "198.51.100." + i);
    }

    assertFree("alice", HERE);
  }

  @Test
  void aNameThatIsTooLongIsNotKeptWhole() {
    count(3, "x".repeat(10_000), HERE);

    assertWaits(Duration.ofSeconds(1), "x".repeat(20_000), HERE);
  }

  @Test
  void withoutALimitNobodyWaits() {
    FailedLogins off = new FailedLogins(new Settings(0, 0), clock);
    for (int i = 0; i < 100; i++) {
      off.count("alice", HERE);
    }

    assertThatCode(() -> off.check("alice", HERE)).doesNotThrowAnyException();
  }

  private void count(int times, String name, String address) {
    for (int i = 0; i < times; i++) {
      failed.count(name, address);
    }
  }

  private void assertFree(String name, String address) {
    assertThatCode(() -> failed.check(name, address)).doesNotThrowAnyException();
  }

  private void assertWaits(Duration wait, String name, String address) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> failed.check(name, address));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_MANY);
    assertThat(refusal.retryAfter()).isEqualTo(wait);
  }

  private record Settings(int attempts, int addressAttempts) implements LoginConfig {
    @Override
    public Duration delay() {
      return Duration.ofSeconds(1);
    }

    @Override
    public Duration maxDelay() {
      return Duration.ofSeconds(10);
    }

    @Override
    public Duration memory() {
      return Duration.ofSeconds(60);
    }
  }
}
