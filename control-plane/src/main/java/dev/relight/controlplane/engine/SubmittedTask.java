package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;
import java.time.OffsetDateTime;

/**
 * A task that is in PostgreSQL and on its way.
 *
 * @param id the task's id
 * @param firstSubtaskId id of the plan's subtask 0; subtask n has this id plus n
 * @param plan its DAG
 * @param request what was asked
 * @param startTime when it was accepted, by PostgreSQL's clock
 * @param replayed whether the same request had made it before
 */
public record SubmittedTask(
    long id,
    long firstSubtaskId,
    Plan plan,
    TaskRequest request,
    OffsetDateTime startTime,
    boolean replayed) {

  /** Id of the subtask with this number in the plan. */
  public long subtaskId(int number) {
    return firstSubtaskId + number;
  }
}
