package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.store.WholeTasks.Unheard;
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
 * Waits for the live workers to say of dispatches that they have begun them or never will,
 * whichever control plane hears it.
 */
@ApplicationScoped
class AwaitWorkers {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

  private final WholeTasks wholeTasks;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer;

  @Inject
  AwaitWorkers(WholeTasks wholeTasks) {
    this(wholeTasks, System::nanoTime, Infrastructure.getDefaultWorkerPool());
  }

  AwaitWorkers(WholeTasks wholeTasks, LongSupplier nanoTime, ScheduledExecutorService timer) {
    this.wholeTasks = wholeTasks;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /** Those of which nothing was heard, within a second or as their workers are lost. */
  Uni<List<Dispatch>> handBack(List<Dispatch> dispatches) {
    return look(dispatches, nanoTime.getAsLong() + LIMIT.toNanos());
  }

  private Uni<List<Dispatch>> look(List<Dispatch> dispatches, long deadline) {
    if (dispatches.isEmpty()) {
      return Uni.createFrom().item(dispatches);
    }
    return wholeTasks
        .notHandedBack(dispatches)
        .chain(
            unheard -> {
              List<Dispatch> left = unheard.stream().map(Unheard::dispatch).toList();
              boolean late = nanoTime.getAsLong() - deadline >= 0;
              return late || unheard.stream().noneMatch(Unheard::live)
                  ? Uni.createFrom().item(left)
                  : lookAgain(left, deadline);
            });
  }

  private Uni<List<Dispatch>> lookAgain(List<Dispatch> left, long deadline) {
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .onExecutor(timer)
        .by(LOOK_AGAIN)
        .chain(() -> look(left, deadline));
  }
}
