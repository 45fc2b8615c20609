package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.TaskEnd;
import dev.relight.controlplane.store.Tasks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits for the end of a task, whichever control plane brings it about. Whoever stops waiting does
 * not stop the work.
 */
@ApplicationScoped
public class AwaitTask {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Tasks tasks;
  private final TaskEnds ends;

  AwaitTask(Tasks tasks, TaskEnds ends) {
    this.tasks = tasks;
    this.ends = ends;
  }

  /** The end of the task, or nothing when it did not come within {@code limit}. */
  public Uni<Optional<TaskEnd>> await(long taskId, Duration limit) {
    Multi<Long> woken =
        Multi.createFrom()
            .emitter(
                emitter -> {
                  Runnable wake = () -> emitter.emit(taskId);
                  ends.register(taskId, wake);
                  emitter.onTermination(() -> ends.unregister(taskId, wake));
                  wake.run();
                });
    Multi<Long> ticks = Multi.createFrom().ticks().every(LOOK_AGAIN);
    return Multi.createBy()
        .merging()
        .streams(woken, ticks.onOverflow().drop())
        .onItem()
        .transformToUniAndConcatenate(
            // A look that fails is not the end: there is another one in a second.
            wake -> tasks.end(taskId).onFailure().recoverWithItem(Optional.empty()))
        .select()
        .where(Optional::isPresent)
        .toUni()
        .ifNoItem()
        .after(limit)
        .recoverWithItem(Optional.empty());
  }
}
