package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Does something again and again; what fails is logged, and tried again in the next round. */
public final class Rounds {
  private static final Logger LOG = Logger.getLogger(Rounds.class);

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
        .invoke(failure -> LOG.warnf("could not %s, will try again: %s", what, failure))
        .onFailure()
        .recoverWithNull();
  }
}
