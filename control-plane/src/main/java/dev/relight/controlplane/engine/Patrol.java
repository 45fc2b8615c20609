package dev.relight.controlplane.engine;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Goes round for what a crash, here or elsewhere, has left undone. Every control plane does; the
 * locks see to it that each thing is done once.
 */
@ApplicationScoped
class Patrol {
  private final EngineConfig config;
  private final CaughtUp caughtUp;
  private final SweepAstray sweepAstray;
  private final Announce announce;
  private final DispatchWaiting dispatchWaiting;
  private List<Cancellable> rounds;

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
        List.of(
            // By itself, as a long sweep must not cost this control plane its lease.
            Rounds.every(config.sweepInterval(), "announce itself", announce::renew),
            Rounds.every(config.sweepInterval(), "patrol", this::round));
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.forEach(Cancellable::cancel);
  }

  Uni<Void> round() {
    return Rounds.attempt(
            "take over from lost workers",
            () -> sweepAstray.takeOverFromLostWorkers(this::isTrusted))
        .chain(
            () ->
                Rounds.attempt(
                    "fail what timed out", () -> sweepAstray.failTimedOut(this::isTrusted)))
        .chain(
            () ->
                Rounds.attempt(
                    "send commands again",
                    () -> sweepAstray.sendUnansweredAgain(caughtUp::withAllReports)))
        .chain(() -> Rounds.attempt("dispatch what waits", dispatchWaiting::now));
  }

  /** Nothing that a worker said has lain unread here for a lease. */
  private boolean isTrusted() {
    return caughtUp.forAtLeast(config.lease());
  }
}
