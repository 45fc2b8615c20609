package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.store.WholeTasks.Unheard;
import dev.relight.model.Dispatch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Waits for the live workers to say of dispatches that they have begun them or never will,
 * whichever control plane hears it.
 */
@ApplicationScoped
class AwaitWorkers {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

  private final WholeTasks wholeTasks;

  AwaitWorkers(WholeTasks wholeTasks) {
    this.wholeTasks = wholeTasks;
  }

  /** Those of which nothing was heard, within a second or as their workers are lost. */
  Uni<List<Dispatch>> handBack(List<Dispatch> dispatches) {
    return look(dispatches, System.nanoTime() + LIMIT.toNanos());
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
              boolean late = System.nanoTime() - deadline >= 0;
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
        .by(LOOK_AGAIN)
        .chain(() -> look(left, deadline));
  }
}
