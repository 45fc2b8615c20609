package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.store.StoredSubtask;
import dev.relight.controlplane.store.StoredTask;
import dev.relight.model.SubtaskOperation;
import dev.relight.model.SubtaskStatus;
import dev.relight.model.TaskStatus;
import java.time.OffsetDateTime;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A task in a list.
 *
 * @param subtasks the first of them, those that failed before all others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TaskSummary(
    TaskDetail.Creator creator,
    OffsetDateTime finishTime,
    long id,
    String name,
    OffsetDateTime startTime,
    TaskStatus status,
    List<Subtask> subtasks) {

  static TaskSummary of(StoredTask task, List<StoredSubtask> subtasks) {
    return new TaskSummary(
        new TaskDetail.Creator(task.creatorId(), task.creator()),
        task.finishTime(),
        task.id(),
        task.kind().taskName(),
        task.createTime(),
        task.status(),
        subtasks.stream().map(Subtask::of).toList());
  }

  /** A subtask in the list of a task in a list. */
  @Schema(name = "SubtaskSummary")
  record Subtask(
      String description, long id, String name, SubtaskOperation operation, SubtaskStatus status) {

    static Subtask of(StoredSubtask subtask) {
      String name = SubtaskText.of(subtask.kind()).name();
      return new Subtask(name, subtask.id(), name, subtask.operation(), subtask.state().shown());
    }
  }
}
