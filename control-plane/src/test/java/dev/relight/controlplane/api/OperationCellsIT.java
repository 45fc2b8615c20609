package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Operations;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskOperation;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Over HTTP, each operation does in each state what the state machines say, and so does README. */
@QuarkusTest
class OperationCellsIT {
  @Inject Tables tables;
  @Inject StagedTasks staged;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  static Stream<Arguments> taskCells() {
    return Stream.of(TaskState.values())
        .flatMap(
            state ->
                Operations.OF_TASKS.keySet().stream()
                    .flatMap(
                        operation ->
                            Stream.of(TaskKind.RESTART, TaskKind.REFRESH_AGENT)
                                // The latter never comes to where others are rolled back.
                                .filter(kind -> kind == TaskKind.RESTART || isRollback(operation))
                                .map(kind -> Arguments.of(kind, state, operation))));
  }

  @ParameterizedTest
  @MethodSource("taskCells")
  void asTheTableOfTasksSays(TaskKind kind, TaskState state, String operation) {
    SubtaskState subtask =
        switch (state) {
          case RUNNING, PAUSED -> SubtaskState.RUNNING;
          case CANCELING -> SubtaskState.CANCELING;
          case ROLLING_BACK -> SubtaskState.ROLLING_BACK;
          case FAILED, CANCELED -> SubtaskState.FAILED;
          case ROLLBACK_FAILED -> SubtaskState.ROLLBACK_FAILED;
          case SUCCESSFUL -> SubtaskState.SUCCESSFUL;
          case ROLLED_BACK -> SubtaskState.PENDING;
        };
    // Where it goes on at once, it is seen to: nothing else may be left that moves.
    long task = staged.task(kind, state, stage(kind), subtask);

    Response answer = Api.admin().post("/tasks/instances/" + task + "/" + operation);

    assertThat(outcome(answer, () -> staged.taskState(task)))
        .isEqualTo(Operations.ofTask(kind, state, operation));
    if (answer.statusCode() == 200) {
      Samples.assertLooksLikeSoFar("task-detail", answer);
      TaskState after = staged.taskState(task);
      assertThat(TaskStatus.valueOf(answer.path("data.status"))).isEqualTo(after.shown());
      after
          .operation()
          .ifPresent(
              shown ->
                  assertThat(TaskOperation.valueOf(answer.path("data.operation")))
                      .isEqualTo(shown));
    } else {
      assertThat(staged.taskState(task)).isEqualTo(state);
    }
  }

  static Stream<Arguments> subtaskCells() {
    return Stream.of(TaskState.values())
        .flatMap(
            task ->
                Stream.of(SubtaskState.values())
                    .flatMap(
                        state ->
                            Operations.OF_SUBTASKS.keySet().stream()
                                .map(operation -> Arguments.of(task, state, operation))));
  }

  @ParameterizedTest
  @MethodSource("subtaskCells")
  void asTheTablesOfSubtasksSay(TaskState taskState, SubtaskState state, String operation) {
    long task = staged.task(TaskKind.RESTART, taskState, SubtaskKind.STOP_ALL, state);
    long subtask = staged.subtask(task);

    Response answer =
        Api.admin().post("/tasks/instances/" + task + "/subtasks/" + subtask + "/" + operation);

    assertThat(outcome(answer, () -> staged.subtaskState(subtask)))
        .isEqualTo(Operations.ofSubtask(taskState, state, operation));
  }

  @ParameterizedTest
  @EnumSource(TaskKind.class)
  void saysBeforehandWhetherItCanBeRolledBack(TaskKind kind) {
    long task = staged.task(kind, TaskState.FAILED, stage(kind), SubtaskState.FAILED);

    boolean prohibited = Api.admin().get("/tasks/instances/" + task).path("data.prohibitRollback");

    Api.admin()
        .post("/tasks/instances/" + task + "/rollback")
        .then()
        .statusCode(prohibited ? 400 : 200);
  }

  private static boolean isRollback(String operation) {
    return operation.equals("rollback");
  }

  private static SubtaskKind stage(TaskKind kind) {
    return kind.prohibitsRollback() ? kind.stages().get(0) : SubtaskKind.STOP_ALL;
  }

  private static String outcome(Response answer, Supplier<? extends Enum<?>> state) {
    return answer.statusCode() == 200
        ? state.get().name()
        : String.valueOf(answer.<Integer>path("error.code"));
  }
}
