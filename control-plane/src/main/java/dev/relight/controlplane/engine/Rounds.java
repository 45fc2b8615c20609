package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Does something again and again; what fails is logged, and tried again in the next round. What
 * goes on to fail in the same way is logged once a minute.
 */
public final class Rounds {
  private static final Logger LOG = Logger.getLogger(Rounds.class);
  private static final long SILENCE_NANOS = Duration.ofMinutes(1).toNanos();

  private record Warning(String text, long nanoTime) {
    boolean holdsFor(Warning next) {
      return text.equals(next.text) && next.nanoTime - nanoTime < SILENCE_NANOS;
    }
  }

  private static final Map<String, Warning> FAILING = new ConcurrentHashMap<>();

  private Rounds() {}

  /** Until it is cancelled, one round at a time; a round that takes longer leaves out others. */
  public static Cancellable every(Duration interval, String what, Supplier<Uni<Void>> round) {
    return Multi.createFrom()
        .ticks()
        .every(interval)
        .onOverflow()
        .drop()
        .onItem()
        .transformToUniAndConcatenate(tick -> attempt(what, round))
        .subscribe()
        .with(done -> {}, failure -> LOG.errorf(failure, "no more rounds of: %s", what));
  }

  /** Once; never fails. */
  static Uni<Void> attempt(String what, Supplier<Uni<Void>> work) {
    return Uni.createFrom()
        .<Void>deferred(work::get)
        .onFailure()
        .invoke(failure -> failed(what, failure))
        .onFailure()
        .recoverWithNull();
  }

  private static void failed(String what, Throwable failure) {
    Warning warning = new Warning(failure.toString(), System.nanoTime());
    Warning last = FAILING.get(what);
    if (last == null || !last.holdsFor(warning)) {
      FAILING.put(what, warning);
      LOG.warnf("could not %s, will try again: %s", what, warning.text);
    }
  }
}
