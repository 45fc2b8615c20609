package dev.relight.controlplane.simulation;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.simulation.SimulatedHost.Action;
import dev.relight.controlplane.simulation.SimulatedHost.Deed;
import dev.relight.controlplane.store.SubtaskLine;
import dev.relight.controlplane.store.TaskLine;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import java.util.ArrayList;
import java.util.List;

/** What must hold when nothing moves any more, by the tables and by the hosts' own records. */
final class Verdict {
  private final World world;
  private final List<Boolean> wereUp;

  /** With which of the hosts' agents ran in the beginning. */
  Verdict(World world, List<Boolean> wereUp) {
    this.world = world;
    this.wereUp = wereUp;
  }

  void on(TaskLine task) {
    List<SubtaskLine> lines = subtasks(task);
    books(task, lines);
    if (task.state() == TaskState.PAUSED) {
      return;
    }
    for (int lane = 0; lane < task.plan().hostIds().size(); lane++) {
      int number = lane;
      agent(task, lines.stream().filter(line -> line.node().lane() == number).toList());
    }
  }

  private List<SubtaskLine> subtasks(TaskLine task) {
    List<SubtaskLine> lines = new ArrayList<>();
    for (int number = 0; number < task.plan().subtasks().size(); number++) {
      lines.add(world.tables().subtask(task.firstSubtaskId() + number));
    }
    return lines;
  }

  private void books(TaskLine task, List<SubtaskLine> lines) {
    long live = lines.stream().filter(line -> line.status().isLive()).count();
    long failed = lines.stream().filter(line -> line.status().hasFailed()).count();
    check(task.live() == live && task.failed() == failed, "%s counts wrongly", task);
    if (task.state() == TaskState.PAUSED) {
      return;
    }
    check(task.state().hasEnded(), "%s does not end", task);
    check(live == 0, "%s has ended and moves", task);
    for (long host : task.plan().hostIds()) {
      boolean held = world.tables().host(host).held();
      check(!held || world.tables().host(host).taskId() != task.id(), "%s keeps hosts", task);
    }
    check(isAsItsSubtasks(task, lines, failed), "%s is not as its subtasks are", task);
  }

  private static boolean isAsItsSubtasks(TaskLine task, List<SubtaskLine> lines, long failed) {
    return switch (task.state()) {
      case SUCCESSFUL -> lines.stream().allMatch(l -> l.status() == SubtaskState.SUCCESSFUL);
      case ROLLED_BACK -> lines.stream().allMatch(l -> l.status() == SubtaskState.PENDING);
      case FAILED, ROLLBACK_FAILED -> failed > 0;
      case CANCELED -> true;
      case RUNNING, PAUSED, CANCELING, ROLLING_BACK -> false;
    };
  }

  private void agent(TaskLine task, List<SubtaskLine> lane) {
    SimulatedHost host = world.host(lane.get(0).node().hostId());
    // A host that another task has had since is left as it is, whatever that one did there.
    boolean alone =
        world
                .tables()
                .allTasks()
                .filter(other -> other.plan().hostIds().contains(host.id()))
                .count()
            == 1;
    if (!alone || task.plan().kind() == TaskKind.REFRESH_AGENT) {
      return;
    }
    boolean wasUp = wereUp.get((int) host.id() - 1);
    if (wasUp && bringsBack(task, lane)) {
      boolean excused = host.isBroken() || world.invariants().isUnrepaired(lane.get(0));
      check(host.isUp() || excused, "%s has left an agent down", task);
    }
    boolean untouched =
        lane.stream()
            .allMatch(
                line ->
                    line.status() == SubtaskState.SUCCESSFUL
                        && line.operation() == SubtaskOperation.EXECUTE
                        && !host.wasTroubledBy(line.id()));
    if (untouched && isRestart(task)) {
      check(host.isUp(), "%s has succeeded with an agent down", task);
      int once = wasUp ? 1 : 0;
      check(count(host, Action.START) == 1, "%s has not started an agent just once", task);
      check(count(host, Action.STOP) == once, "%s has not stopped an agent just once", task);
      check(count(host, Action.RESTART_PROXY) == once, "%s: proxy not once", task);
    } else if (untouched) {
      check(!host.isUp(), "%s has succeeded with an agent up", task);
    }
  }

  /** Whether an agent that ran is to run again whatever became of its lane. */
  private boolean bringsBack(TaskLine task, List<SubtaskLine> lane) {
    boolean done =
        lane.stream()
            .anyMatch(
                line ->
                    line.node().kind() == SubtaskKind.FINISH
                        && line.status() == SubtaskState.SUCCESSFUL);
    return switch (task.state()) {
      case SUCCESSFUL, FAILED -> isRestart(task);
      case CANCELED -> isRestart(task) || !done && !world.invariants().hadEnded(lane.get(0));
      case ROLLED_BACK -> true;
      case RUNNING, PAUSED, CANCELING, ROLLING_BACK, ROLLBACK_FAILED -> false;
    };
  }

  private static boolean isRestart(TaskLine task) {
    return task.plan().kind().stages().contains(SubtaskKind.START_ALL);
  }

  private static long count(SimulatedHost host, Action action) {
    return host.deeds().stream()
        .filter(deed -> deed.action() == action)
        .filter(Deed::changed)
        .count();
  }

  private static void check(boolean holds, String what, TaskLine task) {
    if (!holds) {
      throw new Violation(what, task.describe());
    }
  }
}
