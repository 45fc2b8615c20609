package dev.relight.controlplane.plan;

import static dev.relight.model.SubtaskKind.FINISH;
import static dev.relight.model.SubtaskKind.PREPARE_RESTART;
import static dev.relight.model.SubtaskKind.PREPARE_STOP;
import static dev.relight.model.SubtaskKind.REFRESH;
import static dev.relight.model.SubtaskKind.RESTART_PROCESS;
import static dev.relight.model.SubtaskKind.RESTART_PROXY;
import static dev.relight.model.SubtaskKind.START_ALL;
import static dev.relight.model.SubtaskKind.STOP_ALL;
import static dev.relight.model.SubtaskKind.STOP_PROCESS;

import dev.relight.model.SubtaskKind;
import java.util.List;

/** What a task can be asked to do: its name and the stages that every host goes through. */
public enum TaskKind {
  BATCH_RESTART(
      "Batch restart OCP agent", true, PREPARE_RESTART, RESTART_PROXY, STOP_ALL, START_ALL, FINISH),
  BATCH_STOP("Batch stop OCP agent", true, PREPARE_STOP, STOP_ALL, FINISH),
  RESTART("Restart OCP agent", false, PREPARE_RESTART, RESTART_PROXY, STOP_ALL, START_ALL, FINISH),
  STOP("Stop OCP agent", false, PREPARE_STOP, STOP_ALL, FINISH),
  RESTART_PROCESS_ALONE("Restart agent process", false, RESTART_PROCESS),
  STOP_PROCESS_ALONE("Stop agent process", false, STOP_PROCESS),
  REFRESH_AGENT("Refresh agent", false, REFRESH);

  private final String taskName;
  private final boolean batch;
  private final List<SubtaskKind> stages;

  TaskKind(String taskName, boolean batch, SubtaskKind... stages) {
    this.taskName = taskName;
    this.batch = batch;
    this.stages = List.of(stages);
  }

  /** The name that clients see. */
  public String taskName() {
    return taskName;
  }

  /** Whether it takes a list of hosts and has a barrier between its stages. */
  public boolean isBatch() {
    return batch;
  }

  /** The stages of every lane, in order. */
  public List<SubtaskKind> stages() {
    return stages;
  }

  /**
   * Whether a lane that fails at {@code stage} may have left an agent down that is meant to run, so
   * that one start has to be tried before the lane is given up.
   */
  public boolean compensates(SubtaskKind stage) {
    return stages.contains(START_ALL) && leavesStopped(stage);
  }

  /** Whether a lane that ends within {@code stage} may have stopped an agent and not started it. */
  public boolean leavesStopped(SubtaskKind stage) {
    int stop = stages.indexOf(STOP_ALL);
    int start = stages.contains(START_ALL) ? stages.indexOf(START_ALL) : stages.size();
    int at = stages.indexOf(stage);
    return stop >= 0 && at >= stop && at <= start;
  }

  /** Whether it leaves an agent stopped that ran. */
  public boolean stopsForGood() {
    return stages.contains(STOP_ALL) && !stages.contains(START_ALL);
  }

  /** Whether it has stages that a rollback could walk back through. */
  public boolean prohibitsRollback() {
    return !stages.contains(STOP_ALL);
  }
}
