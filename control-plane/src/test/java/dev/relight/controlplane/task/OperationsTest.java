package dev.relight.controlplane.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.embedded.MadeFromCode;
import dev.relight.model.TaskOperation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperationsTest {
  @Test
  void theReadmeSaysWhatTheStateMachinesDo() throws IOException {
    MadeFromCode.part(
        Path.of("..", "README.md"),
        "operations",
        "\n" + Operations.tables() + "\n",
        OperationsTest.class);
  }

  @Test
  void aStateIsTheOneThatItIsShownAs() {
    for (TaskState state : TaskState.values()) {
      TaskOperation operation = state.operation().orElse(TaskOperation.RETRY);
      assertThat(TaskState.of(state.shown(), operation)).isEqualTo(state);
    }
  }

  @Test
  void whatHasEndedMovesOnlyWhenSomebodyAsks() {
    for (TaskState state : TaskState.values()) {
      boolean byItself =
          state.on(TaskSignal.SUCCEEDED).isPresent() || state.on(TaskSignal.FAILED).isPresent();
      assertThat(byItself).as(state.name()).isEqualTo(!state.hasEnded() && state.dispatches());
    }
  }
}
