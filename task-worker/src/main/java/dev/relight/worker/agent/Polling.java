package dev.relight.worker.agent;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks again, ever more slowly, until the answer is good or there is no more time. */
final class Polling {
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private Polling() {}

  /** Gives the first good answer, or the last one that there was time for. */
  static <T> Uni<T> until(Predicate<T> good, Duration limit, Supplier<Uni<T>> ask) {
    return until(good, System.nanoTime() + limit.toNanos(), SHORTEST, ask);
  }

  /** Asks again while that fails in a way that may pass. */
  static <T> Uni<T> untilAnswered(
      Predicate<Throwable> mayPass, Duration limit, Supplier<Uni<T>> ask) {
    long deadline = System.nanoTime() + limit.toNanos();
    return untilAnswered(mayPass, deadline, SHORTEST, ask);
  }

  private static <T> Uni<T> untilAnswered(
      Predicate<Throwable> mayPass, long deadline, Duration pause, Supplier<Uni<T>> ask) {
    return Uni.createFrom()
        .deferred(ask::get)
        .onFailure(
            failure -> mayPass.test(failure) && System.nanoTime() + pause.toNanos() < deadline)
        .recoverWithUni(
            () -> after(pause, () -> untilAnswered(mayPass, deadline, longer(pause), ask)));
  }

  private static <T> Uni<T> until(
      Predicate<T> good, long deadline, Duration pause, Supplier<Uni<T>> ask) {
    return ask.get()
        .chain(
            answer -> {
              if (good.test(answer) || System.nanoTime() + pause.toNanos() > deadline) {
                return Uni.createFrom().item(answer);
              }
              return after(pause, () -> until(good, deadline, longer(pause), ask));
            });
  }

  /** Does the work a while later. */
  static <T> Uni<T> after(Duration pause, Supplier<Uni<T>> work) {
    return Uni.createFrom().voidItem().onItem().delayIt().by(pause).chain(work::get);
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
  }
}
