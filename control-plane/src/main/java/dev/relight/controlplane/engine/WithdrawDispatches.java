package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Sees to it that dispatches which have not begun never will. Either their workers say so,
 * whichever control plane hears it, or half a lease has passed since the broker keeps the word:
 * whoever may start anything then has been acknowledged a heartbeat since, and heard it before.
 */
@ApplicationScoped
class WithdrawDispatches {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
  private static final Duration KAFKA_RETRY = Duration.ofSeconds(5);

  private final TellWorkers tellWorkers;
  private final WholeTasks wholeTasks;
  private final long trustedNanos;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer;

  @Inject
  WithdrawDispatches(TellWorkers tellWorkers, WholeTasks wholeTasks, EngineConfig config) {
    this(
        tellWorkers,
        wholeTasks,
        config.lease(),
        System::nanoTime,
        Infrastructure.getDefaultWorkerPool());
  }

  WithdrawDispatches(
      TellWorkers tellWorkers,
      WholeTasks wholeTasks,
      Duration lease,
      LongSupplier nanoTime,
      ScheduledExecutorService timer) {
    this.tellWorkers = tellWorkers;
    this.wholeTasks = wholeTasks;
    this.trustedNanos = lease.toNanos() / 2;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /** Answers those that were addressed to workers of which nothing was heard. */
  Uni<List<Dispatch>> withdraw(NotBegun notBegun) {
    List<Dispatch> all = notBegun.all();
    if (all.isEmpty()) {
      return Uni.createFrom().item(all);
    }
    return tellWorkers
        .withdraw(all)
        .onFailure()
        .transform(
            failure ->
                Refusal.unavailable(
                    "It is written down and will be done, but Kafka does not answer: what workers"
                        + " have in hand may still begin.",
                    KAFKA_RETRY))
        .chain(
            () ->
                look(
                    notBegun.addressed(),
                    notBegun.areLoose(),
                    nanoTime.getAsLong() + trustedNanos));
  }

  private Uni<List<Dispatch>> look(List<Dispatch> addressed, boolean areLoose, long deadline) {
    return wholeTasks
        .notHandedBack(addressed)
        .chain(
            unheard -> {
              boolean late = nanoTime.getAsLong() - deadline > 0;
              return late || unheard.isEmpty() && !areLoose
                  ? Uni.createFrom().item(unheard)
                  : lookAgain(unheard, areLoose, deadline);
            });
  }

  private Uni<List<Dispatch>> lookAgain(List<Dispatch> addressed, boolean areLoose, long deadline) {
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .onExecutor(timer)
        .by(LOOK_AGAIN)
        .chain(() -> look(addressed, areLoose, deadline));
  }
}
