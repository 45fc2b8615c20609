package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.engine.TaskRequest;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task as the operation that made it answers.
 *
 * @param hostId only of a task that is about one host by its nature
 * @param subtasks made one by one while they are written: a large task has tens of thousands
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TaskAnswer(
    Context context,
    String creator,
    String executor,
    Long hostId,
    long id,
    String name,
    TaskOperation operation,
    OffsetDateTime startTime,
    TaskStatus status,
    Iterable<SubtaskAnswer> subtasks,
    int taskDefinitionId,
    String type) {

  /** What the task was made with; the values are OCP's. */
  record Context(
      Map<String, List<String>> listMap,
      boolean parallel,
      int parallelIdx,
      Map<String, String> stringMap) {

    static Context of(TaskRequest request) {
      Map<String, List<String>> lists = Map.of();
      Map<String, String> strings = new LinkedHashMap<>();
      strings.put("prohibit_rollback", "false");
      List<String> hostIds = request.hostIds().stream().map(String::valueOf).toList();
      if (request.kind().isBatch()) {
        lists = Map.of("host_ids", hostIds);
      } else {
        strings.put("host_id", hostIds.get(0));
      }
      return new Context(lists, false, -1, strings);
    }
  }

  static TaskAnswer of(SubmittedTask task) {
    TaskRequest request = task.request();
    return new TaskAnswer(
        Context.of(request),
        request.creator(),
        request.executor(),
        request.kind().isBatch() ? null : request.hostIds().get(0),
        task.id(),
        request.kind().taskName(),
        TaskOperation.EXECUTE,
        task.startTime(),
        TaskStatus.RUNNING,
        () ->
            task.plan().subtasks().stream()
                .map(subtask -> SubtaskAnswer.of(subtask, task))
                .iterator(),
        -1,
        "MANUAL");
  }
}
