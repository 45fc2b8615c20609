package dev.relight.controlplane.plan;

import dev.relight.model.SubtaskKind;

/**
 * A node of a plan. Nodes are numbered from 0 and every edge list is a run of consecutive numbers,
 * so that the edges of ten thousand lanes need two numbers a node.
 *
 * @param number the node's number within the plan
 * @param kind what it does
 * @param lane index of its lane, −1 for a wait node
 * @param hostId its host, null for a wait node
 * @param predecessor number of the lane's previous stage, or {@link #NONE}
 * @param prepare number of the lane's first stage, or {@link #NONE} for a wait node
 * @param upstreams the nodes that must be settled before it
 * @param downstreams the nodes that wait for it
 */
public record PlannedSubtask(
    int number,
    SubtaskKind kind,
    int lane,
    Long hostId,
    int predecessor,
    int prepare,
    Run upstreams,
    Run downstreams) {
  /** No such node. */
  public static final int NONE = -1;

  /** Whether it can start at once. */
  public boolean isRoot() {
    return upstreams.isEmpty();
  }

  /** The consecutive numbers from {@code first} to {@code last}, both included. */
  public record Run(int first, int last) {
    static final Run EMPTY = new Run(0, -1);

    static Run of(int number) {
      return new Run(number, number);
    }

    public boolean isEmpty() {
      return last < first;
    }

    public int size() {
      return last - first + 1;
    }
  }
}
