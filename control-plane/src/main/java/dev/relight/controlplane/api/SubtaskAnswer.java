package dev.relight.controlplane.api;

import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.plan.PlannedSubtask;
import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.SubtaskStatus;
import java.util.stream.LongStream;

/**
 * A subtask as the operation that made its task answers.
 *
 * @param runTime the attempt, from 1
 * @param seriesId its number within the task
 * @param timeout seconds
 */
record SubtaskAnswer(
    String className,
    String description,
    long[] downstreams,
    long id,
    String name,
    String nodeType,
    SubtaskOperation operation,
    int parallelIdx,
    boolean prohibitRollback,
    int runTime,
    int seriesId,
    SubtaskStatus status,
    long timeout,
    long[] upstreams) {

  static SubtaskAnswer of(PlannedSubtask subtask, SubmittedTask task) {
    SubtaskText text = SubtaskText.of(subtask.kind());
    return new SubtaskAnswer(
        text.className(),
        text.name(),
        ids(subtask.downstreams(), task),
        task.subtaskId(subtask.number()),
        text.name(),
        "JAVA_TASK",
        SubtaskOperation.EXECUTE,
        task.plan().shownLane(subtask),
        false,
        1,
        subtask.number(),
        subtask.isRoot() ? SubtaskStatus.READY : SubtaskStatus.PENDING,
        text.timeout().toSeconds(),
        ids(subtask.upstreams(), task));
  }

  private static long[] ids(PlannedSubtask.Run run, SubmittedTask task) {
    return LongStream.rangeClosed(run.first(), run.last())
        .map(number -> task.firstSubtaskId() + number)
        .toArray();
  }
}
