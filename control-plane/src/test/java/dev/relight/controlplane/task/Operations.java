package dev.relight.controlplane.task;

import dev.relight.controlplane.plan.TaskKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/** What each operation does in each state, as the state machines say it. */
public final class Operations {
  /** What is asked of a task, by the name of the operation. */
  public static final Map<String, TaskSignal> OF_TASKS =
      ordered(
          List.of(
              Map.entry("retry", TaskSignal.RETRIED),
              Map.entry("rollback", TaskSignal.ROLLBACK_ASKED),
              Map.entry("pause", TaskSignal.PAUSE_ASKED),
              Map.entry("resume", TaskSignal.RESUME_ASKED),
              Map.entry("cancel", TaskSignal.CANCEL_ASKED)));

  /** What is asked of a subtask, by the name of the operation. */
  public static final Map<String, SubtaskSignal> OF_SUBTASKS =
      ordered(
          List.of(
              Map.entry("retry", SubtaskSignal.RETRIED),
              Map.entry("skip", SubtaskSignal.SKIPPED),
              Map.entry("cancel", SubtaskSignal.CANCEL_ASKED)));

  private static final String REFUSED = "20003";

  private Operations() {}

  /** The state in which the operation leaves a task of the kind, or the code of its refusal. */
  public static String ofTask(TaskKind kind, TaskState state, String operation) {
    TaskSignal asked = OF_TASKS.get(operation);
    if (state.on(asked).isPresent()
        && asked == TaskSignal.ROLLBACK_ASKED
        && kind.prohibitsRollback()) {
      return "20004";
    }
    return state.on(asked).map(Enum::name).orElse(REFUSED);
  }

  /** The state in which the operation leaves a subtask, or the code of its refusal. */
  public static String ofSubtask(TaskState task, SubtaskState state, String operation) {
    SubtaskSignal asked = OF_SUBTASKS.get(operation);
    return task.admits(asked) ? state.on(asked).map(Enum::name).orElse(REFUSED) : REFUSED;
  }

  /** All of it, as Markdown. */
  static String tables() {
    StringJoiner text = new StringJoiner("\n", "", "\n");
    text.add("| a task that is | shown as | retry | rollback | pause | resume | cancel |");
    text.add("|---|---|---|---|---|---|---|");
    for (TaskState state : TaskState.values()) {
      String shown = state.shown() + state.operation().map(o -> ", " + o).orElse("");
      row(
          text,
          state.name(),
          shown,
          OF_TASKS.keySet(),
          operation -> ofTask(TaskKind.RESTART, state, operation));
    }
    text.add("");
    text.add("| a subtask that is | shown as | retry | skip | cancel |");
    text.add("|---|---|---|---|---|");
    for (SubtaskState state : SubtaskState.values()) {
      row(
          text,
          state.name(),
          state.shown().name(),
          OF_SUBTASKS.keySet(),
          operation -> state.on(OF_SUBTASKS.get(operation)).map(Enum::name).orElse(REFUSED));
    }
    text.add("");
    text.add("| subtasks of a task that is | retry | skip | cancel |");
    text.add("|---|---|---|---|");
    for (TaskState state : TaskState.values()) {
      row(
          text,
          state.name(),
          null,
          OF_SUBTASKS.keySet(),
          operation -> state.admits(OF_SUBTASKS.get(operation)) ? "as above" : REFUSED);
    }
    return text.toString();
  }

  private static void row(
      StringJoiner text,
      String state,
      String shown,
      Iterable<String> operations,
      Function<String, String> cell) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |");
    row.add(state);
    if (shown != null) {
      row.add(shown);
    }
    operations.forEach(operation -> row.add(cell.apply(operation)));
    text.add(row.toString());
  }

  private static <T> Map<String, T> ordered(List<Map.Entry<String, T>> entries) {
    Map<String, T> map = new LinkedHashMap<>();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }
}
