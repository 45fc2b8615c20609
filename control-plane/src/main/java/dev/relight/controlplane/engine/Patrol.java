package dev.relight.controlplane.engine;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Goes round for what a crash, here or elsewhere, has left undone. Every control plane does; the
 * locks see to it that each thing is done once.
 */
@ApplicationScoped
class Patrol {
  private static final Logger LOG = Logger.getLogger(Patrol.class);

  private final EngineConfig config;
  private final CaughtUp caughtUp;
  private final SweepAstray sweepAstray;
  private final Announce announce;
  private final DispatchWaiting dispatchWaiting;
  private Cancellable rounds;

  Patrol(
      EngineConfig config,
      CaughtUp caughtUp,
      SweepAstray sweepAstray,
      Announce announce,
      DispatchWaiting dispatchWaiting) {
    this.config = config;
    this.caughtUp = caughtUp;
    this.sweepAstray = sweepAstray;
    this.announce = announce;
    this.dispatchWaiting = dispatchWaiting;
  }

  void start(@Observes StartupEvent event) {
    rounds =
        Multi.createFrom()
            .ticks()
            .every(config.sweepInterval())
            .onOverflow()
            .drop()
            .onItem()
            .transformToUniAndConcatenate(tick -> round())
            .subscribe()
            .with(done -> {}, failure -> LOG.error("the patrol ended", failure));
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  private Uni<Void> round() {
    return step("announce itself", announce::renew)
        .chain(() -> step("take over from lost workers", this::takeOver))
        .chain(() -> step("fail what timed out", sweepAstray::failTimedOut))
        .chain(() -> step("send again what nobody answered to", sweepAstray::sendUnansweredAgain))
        .chain(() -> step("dispatch what waits", dispatchWaiting::now));
  }

  private Uni<Void> takeOver() {
    return caughtUp.forAtLeast(config.lease())
        ? sweepAstray.takeOverFromLostWorkers()
        : Uni.createFrom().voidItem();
  }

  private static Uni<Void> step(String what, Supplier<Uni<? extends Void>> work) {
    return Uni.createFrom()
        .deferred(work)
        .onFailure()
        .invoke(failure -> LOG.warnf("could not %s, will try again: %s", what, failure))
        .onFailure()
        .recoverWithNull();
  }
}
