package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
  private final Lease lease = new Lease(Duration.ofSeconds(3), now::get);

  @Test
  void isNotHeldBeforeTheFirstAcknowledgement() {
    lease.sending(1);
    assertThat(lease.held()).isFalse();
    lease.acknowledged(1);
    assertThat(lease.held()).isTrue();
  }

  @Test
  void endsHalfALeaseAfterTheAcknowledgedHeartbeatWasSent() {
    lease.sending(1);
    pass(1_000);
    lease.acknowledged(1);
    pass(500);
    assertThat(lease.held()).isTrue();
    pass(1);
    assertThat(lease.held()).isFalse();
  }

  @Test
  void isNotProlongedByWhatWasAcknowledgedTooLate() {
    lease.sending(1);
    pass(1_501);
    lease.acknowledged(1);
    assertThat(lease.held()).isFalse();
  }

  @Test
  void isNotShortenedByAnOlderAcknowledgement() {
    lease.sending(1);
    pass(1_000);
    lease.sending(2);
    lease.acknowledged(2);
    lease.acknowledged(1);
    pass(1_200);
    assertThat(lease.held()).isTrue();
  }

  @Test
  void letsGoOnWhoWaitsForIt() {
    CompletableFuture<Void> waiting = lease.whenHeld().subscribeAsCompletionStage();
    CompletableFuture<Void> givenUp = lease.whenHeld().subscribeAsCompletionStage();
    givenUp.cancel(false);
    lease.sending(1);
    pass(2_000);
    lease.acknowledged(1);
    assertThat(waiting).isNotDone();
    lease.sending(2);
    lease.acknowledged(2);
    assertThat(waiting).isCompleted();
    assertThat(lease.whenHeld().subscribeAsCompletionStage()).isCompleted();
  }

  @Test
  void isAnotherOneOnceItMayHaveRunOut() {
    pass(10_000);
    lease.sending(1);
    lease.acknowledged(1);
    long first = lease.term();
    pass(2_900);
    lease.sending(2);
    pass(100);
    lease.acknowledged(2);
    assertThat(lease.term()).isEqualTo(first);
    pass(2_901);
    lease.sending(3);
    pass(100);
    lease.acknowledged(3);
    assertThat(lease.term()).isNotEqualTo(first);
  }

  @Test
  void isNoneBeforeItsFirstAcknowledgement() {
    lease.sending(1);
    long none = lease.term();
    assertThat(lease.wasEverHeld()).isFalse();
    lease.acknowledged(1);
    assertThat(lease.wasEverHeld()).isTrue();
    assertThat(lease.term()).isNotEqualTo(none);
  }

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
