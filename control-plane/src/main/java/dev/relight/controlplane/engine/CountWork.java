package dev.relight.controlplane.engine;

import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.SubtaskOperation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Counts what was committed, a batch at a time. */
@ApplicationScoped
class CountWork {
  void committed(@Observes Committed committed) {
    Map<String, Integer> commands = new HashMap<>();
    for (Addressed command : committed.commands()) {
      commands.merge(command.pool(), 1, Integer::sum);
    }
    commands.forEach((pool, count) -> Metric.COMMANDS.add(count, pool));
    Tally tally = committed.tally();
    tally.submitted().forEach(CountWork::submitted);
    tally.moved().forEach(CountWork::moved);
    tally.ended().forEach(CountWork::ended);
  }

  private static void submitted(SubmittedTask task) {
    Metric.TASKS_SUBMITTED.add(1, task.plan().kind().name());
  }

  /** Of what ended, what was worked on: nobody worked on what was skipped or cut off. */
  private static void moved(SubtaskRow subtask) {
    if (subtask.state().isSettled()
        && subtask.startTime() != null
        && subtask.operation() != SubtaskOperation.SKIP) {
      Metric.SUBTASK_DURATION.time(
          Duration.between(subtask.startTime(), subtask.finishTime()),
          subtask.node().kind().name(),
          subtask.state() == SubtaskState.SUCCESSFUL ? "succeeded" : "failed");
    }
  }

  private static void ended(TaskRow task) {
    Metric.TASK_DURATION.time(
        Duration.between(task.createTime(), task.finishTime()),
        task.kind().name(),
        task.state().name());
  }
}
