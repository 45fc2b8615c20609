package dev.relight.controlplane.engine;

import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Waits for the end of a task, whichever control plane brings it about. */
@ApplicationScoped
public class AwaitTask {

  /**
   * How a task ended.
   *
   * @param status its last status
   * @param message of its first failed subtask, or null
   */
  public record End(TaskStatus status, String message) {}

  /** The end of the task, or nothing when it did not come within {@code limit}. */
  public Uni<Optional<End>> await(long taskId, Duration limit) {
    return Uni.createFrom().item(Optional.empty());
  }
}
