package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.FinishedTasks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Forgets tasks that ended long ago: a little at a time, so that nobody notices, and more often
 * than new ones come.
 */
@ApplicationScoped
class ForgetTasks implements Chore {
  private static final int TASKS_AT_ONCE = 100;
  private static final int SUBTASKS_AT_ONCE = 1_000;
  private static final int STEPS = 20;

  private final FinishedTasks tasks;
  private final RetentionConfig config;

  ForgetTasks(FinishedTasks tasks, RetentionConfig config) {
    this.tasks = tasks;
    this.config = config;
  }

  @Override
  public String what() {
    return "forget old tasks";
  }

  @Override
  public Duration interval() {
    return config.interval();
  }

  @Override
  public Uni<Void> round() {
    return whileThereAre(() -> tasks.deleteSubtasks(SUBTASKS_AT_ONCE), STEPS)
        .chain(() -> whileThereAre(() -> tasks.forget(config.tasks(), TASKS_AT_ONCE), STEPS))
        .chain(() -> whileThereAre(() -> tasks.deleteSubtasks(SUBTASKS_AT_ONCE), STEPS));
  }

  private static Uni<Void> whileThereAre(Supplier<Uni<Integer>> step, int steps) {
    return step.get()
        .chain(
            number ->
                number == 0 || steps == 1
                    ? Uni.createFrom().voidItem()
                    : whileThereAre(step, steps - 1));
  }
}
