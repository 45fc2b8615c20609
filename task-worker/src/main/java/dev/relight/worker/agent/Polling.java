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

  private static <T> Uni<T> until(
      Predicate<T> good, long deadline, Duration pause, Supplier<Uni<T>> ask) {
    return ask.get()
        .chain(
            answer -> {
              if (good.test(answer) || System.nanoTime() + pause.toNanos() > deadline) {
                return Uni.createFrom().item(answer);
              }
              Duration longer = pause.multipliedBy(2);
              Duration next = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
              return Uni.createFrom()
                  .voidItem()
                  .onItem()
                  .delayIt()
                  .by(pause)
                  .chain(() -> until(good, deadline, next, ask));
            });
  }
}
