package dev.relight.controlplane.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.relight.model.TaskOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- operations: made from the state machines -->\n";
  private static final String END = "<!-- /operations -->\n";
  private static final String RENEW = "relight.renew";

  @Test
  void theReadmeSaysWhatTheStateMachinesDo() throws IOException {
    String text = Files.readString(README);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end).as("README has both marks").isGreaterThanOrEqualTo(begin);
    String tables = "\n" + Operations.tables() + "\n";

    if (Boolean.getBoolean(RENEW)) {
      Files.writeString(README, text.substring(0, begin) + tables + text.substring(end));
    } else if (!text.substring(begin, end).equals(tables)) {
      fail(
          "The states have changed, and README has not; renew it with: "
              + "mvn -pl control-plane -am test -Dtest=dev.relight.controlplane.task.OperationsTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D"
              + RENEW);
    }
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
