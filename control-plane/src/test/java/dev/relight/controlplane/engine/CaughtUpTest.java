package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.engine.CaughtUp.Share;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CaughtUpTest {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private long now;
  private final CaughtUp caughtUp = new CaughtUp(() -> now);

  @Test
  void countsOnlyAfterALeaseOfLooks() {
    look(2);
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isTrue();
    assertThat(caughtUp.forAtLeast(LEASE)).isFalse();
    look(6);
    assertThat(caughtUp.forAtLeast(LEASE)).isTrue();
  }

  @Test
  void theFirstLookCountsForNothing() {
    look(1);
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isFalse();
    look(7);
    now += CaughtUp.LOOK.multipliedBy(4).toNanos();
    look(1);
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isFalse();
    look(1);
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isTrue();
  }

  @Test
  void isLostByALookThatFindsSomethingUnread() {
    look(7);
    caughtUp.no();
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isFalse();
  }

  @Test
  void isLostWhereNobodyLooked() {
    look(7);
    now += CaughtUp.LOOK.multipliedBy(4).toNanos();
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isFalse();
  }

  @Test
  void isLostWhileSomethingTakesLongerThanALookToBeKept() {
    look(7);
    AtomicReference<UniEmitter<? super Void>> postgres = new AtomicReference<>();
    caughtUp.keeping(Uni.createFrom().<Void>emitter(postgres::set)).subscribe().with(kept -> {});
    look(1);
    assertThat(caughtUp.forAtLeast(LEASE)).isTrue();

    look(1);
    assertThat(caughtUp.forAtLeast(LEASE)).isFalse();

    postgres.get().complete(null);
    look(1);
    assertThat(caughtUp.forAtLeast(LEASE)).isFalse();
    look(6);
    assertThat(caughtUp.forAtLeast(LEASE)).isTrue();
  }

  @Test
  void isLostAlsoWhereNobodyLookedWhileItTookLong() {
    look(7);
    AtomicReference<UniEmitter<? super Void>> postgres = new AtomicReference<>();
    caughtUp.keeping(Uni.createFrom().<Void>emitter(postgres::set)).subscribe().with(kept -> {});
    now += CaughtUp.LOOK.multipliedBy(2).toNanos();
    postgres.get().complete(null);
    assertThat(caughtUp.forAtLeast(Duration.ZERO)).isFalse();
  }

  @Test
  void isNotLostByWhatIsKeptSoonOrNotAtAll() {
    look(7);
    caughtUp.keeping(Uni.createFrom().voidItem()).subscribe().with(kept -> {});
    caughtUp
        .keeping(Uni.createFrom().failure(new IllegalStateException("refused")))
        .subscribe()
        .with(kept -> {}, failed -> {});
    Cancellable canceled =
        caughtUp.keeping(Uni.createFrom().nothing()).subscribe().with(kept -> {});
    canceled.cancel();
    look(3);
    assertThat(caughtUp.forAtLeast(LEASE)).isTrue();
  }

  @Test
  void readsItsShareOnlyWhileItIsCaughtUp() {
    assertThat(caughtUp.share()).isEqualTo(Share.NONE);
    look(2);
    assertThat(caughtUp.share()).isEqualTo(new Share(32, 64));
    caughtUp.no();
    assertThat(caughtUp.share()).isEqualTo(new Share(0, 64));
  }

  @Test
  void reportsThatTakeLongToBeKeptCountAsUnread() {
    look(7);
    CompletableFuture<Void> kept = new CompletableFuture<>();
    caughtUp.keeping(kept);
    look(1);
    assertThat(caughtUp.withAllReports()).isTrue();
    look(1);
    assertThat(caughtUp.withAllReports()).isFalse();
    assertThat(caughtUp.share()).isEqualTo(new Share(0, 64));
    assertThat(caughtUp.forAtLeast(LEASE)).isTrue();
    kept.complete(null);
    assertThat(caughtUp.withAllReports()).isTrue();
  }

  /** So many looks, that find everything read. */
  private void look(int times) {
    for (int i = 0; i < times; i++) {
      now += CaughtUp.LOOK.toNanos();
      caughtUp.yes(new Share(32, 64));
    }
  }
}
