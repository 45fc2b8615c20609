package dev.relight.controlplane.plan;

import static dev.relight.controlplane.plan.PlannedSubtask.NONE;

import dev.relight.controlplane.plan.PlannedSubtask.Run;
import dev.relight.model.SubtaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The DAG of one request: every host is a lane through the same stages, and in a batch a wait node
 * between two stages holds all lanes until the last of them is settled.
 *
 * @param kind what is asked
 * @param hostIds the hosts, one lane each, in the order of the request
 * @param subtasks all nodes, by number
 */
public record Plan(TaskKind kind, List<Long> hostIds, List<PlannedSubtask> subtasks) {

  /** Plans {@code kind} for the hosts. */
  public static Plan of(TaskKind kind, List<Long> hostIds) {
    List<PlannedSubtask> nodes = new ArrayList<>();
    int lanes = hostIds.size();
    int width = kind.isBatch() ? lanes + 1 : lanes;
    int last = kind.stages().size() - 1;
    for (int stage = 0; stage <= last; stage++) {
      int base = stage * width;
      for (int lane = 0; lane < lanes; lane++) {
        nodes.add(laneNode(kind, stage, lane, hostIds.get(lane), width, base));
      }
      if (kind.isBatch() && stage < last) {
        nodes.add(
            new PlannedSubtask(
                base + lanes,
                SubtaskKind.WAIT,
                NONE,
                null,
                NONE,
                NONE,
                new Run(base, base + lanes - 1),
                new Run(base + width, base + width + lanes - 1)));
      }
    }
    return new Plan(kind, List.copyOf(hostIds), List.copyOf(nodes));
  }

  private static PlannedSubtask laneNode(
      TaskKind kind, int stage, int lane, long hostId, int width, int base) {
    int number = base + lane;
    boolean first = stage == 0;
    boolean last = stage == kind.stages().size() - 1;
    // In a batch both neighbours are wait nodes; alone, they are the lane's own stages.
    int upstream = kind.isBatch() ? base - 1 : number - width;
    int downstream = kind.isBatch() ? base + width - 1 : number + width;
    return new PlannedSubtask(
        number,
        kind.stages().get(stage),
        lane,
        hostId,
        first ? NONE : number - width,
        lane,
        first ? Run.EMPTY : Run.of(upstream),
        last ? Run.EMPTY : Run.of(downstream));
  }

  /**
   * The wait nodes that a lane does not come to any more when it ends at a subtask, other than the
   * one right behind it.
   *
   * @param subtaskCount of the whole plan
   * @param number of the subtask
   */
  public static IntStream barriersAhead(TaskKind kind, int subtaskCount, int number) {
    if (!kind.isBatch()) {
      return IntStream.empty();
    }
    int stages = kind.stages().size();
    int width = width(kind, subtaskCount);
    return IntStream.range(number / width + 1, stages - 1).map(stage -> stage * width + width - 1);
  }

  /** Numbers of the lane's stages before a subtask, the first of them first. */
  public static IntStream earlierStages(TaskKind kind, int subtaskCount, int number) {
    int width = width(kind, subtaskCount);
    return IntStream.range(0, number / width).map(stage -> stage * width + number % width);
  }

  /** Number of the lane's next stage behind a subtask, or {@link PlannedSubtask#NONE}. */
  public static int nextStage(TaskKind kind, int subtaskCount, int number) {
    int next = number + width(kind, subtaskCount);
    return next < subtaskCount ? next : NONE;
  }

  private static int width(TaskKind kind, int subtaskCount) {
    int stages = kind.stages().size();
    return kind.isBatch() ? (subtaskCount + 1) / stages : subtaskCount / stages;
  }

  /** What clients see as {@code parallelIdx}: single-host tasks have no lanes to tell apart. */
  public int shownLane(PlannedSubtask subtask) {
    return kind.isBatch() ? subtask.lane() : NONE;
  }
}
