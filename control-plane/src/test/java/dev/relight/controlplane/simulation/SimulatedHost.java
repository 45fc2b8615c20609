package dev.relight.controlplane.simulation;

import dev.relight.controlplane.store.Fault;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A host with an agent behind the fence that stands there: the counterpart of the worker's {@code
 * fence.sh}. It keeps a record of all that was done, which is what the simulation judges by.
 */
final class SimulatedHost {
  enum Action {
    RESTART_PROXY,
    STOP,
    START
  }

  enum Outcome {
    DONE,
    FAILED,
    EXPIRED,
    LOST,
    SUPERSEDED
  }

  /** An action that is asked for under a fence, and until when it may take. */
  record Request(
      long taskId,
      long subtaskId,
      boolean compensation,
      long fence,
      Action action,
      boolean again,
      long until,
      Consumer<Outcome> answer) {
    private long chain() {
      return compensation ? -subtaskId : subtaskId;
    }
  }

  /** What was done; {@code changed} tells whether the agent was in another state before. */
  record Deed(long taskId, long subtaskId, Action action, boolean changed) {}

  private static final class Run {
    private final Request request;
    private boolean over;

    private Run(Request request) {
      this.request = request;
    }
  }

  private final World world;
  private final long id;
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final Map<Action, Boolean> outcomes = new EnumMap<>(Action.class);
  private final List<Deed> deeds = new ArrayList<>();
  private final List<Long> troubled = new ArrayList<>();
  private long highestFence;
  private long chain;
  private Run running;
  private boolean up;
  private int generation = 1;
  private boolean cannotStart;

  SimulatedHost(World world, long id, boolean up) {
    this.world = world;
    this.id = id;
    this.up = up;
  }

  long id() {
    return id;
  }

  boolean isUp() {
    return up;
  }

  /** From now on its agent cannot be started. */
  void breakDown() {
    cannotStart = true;
  }

  boolean isBroken() {
    return cannotStart;
  }

  List<Deed> deeds() {
    return deeds;
  }

  /** Whether something that was begun for the subtask did not come to a good end by itself. */
  boolean wasTroubledBy(long subtaskId) {
    return troubled.contains(subtaskId);
  }

  /** Whether it has heard of nothing newer. */
  boolean obeys(long fence) {
    return fence >= highestFence;
  }

  /** The agent as the newest attempt sees it, or null for one that is not the newest. */
  AgentState read(long fence) {
    return takeFence(fence) ? state() : null;
  }

  private AgentState state() {
    ProcessState process =
        new ProcessState("agent", up, up ? generation : 0, null, null, null, null, false);
    return new AgentState(up, null, null, List.of(process), null);
  }

  /** Sees to it that the action is done once. */
  void act(Request request) {
    if (!takeFence(request.fence)) {
      request.answer.accept(Outcome.SUPERSEDED);
    } else if (running != null && !world.has(Fault.A_HOST_HAS_NO_LOCK)) {
      waiting.add(request);
    } else if (request.until <= world.millis()) {
      request.answer.accept(Outcome.EXPIRED);
    } else {
      doOnce(request);
    }
  }

  private void doOnce(Request request) {
    if (request.again || chain != request.chain()) {
      outcomes.clear();
      chain = request.chain();
    }
    if (outcomes.getOrDefault(request.action, false) && !world.has(Fault.A_HOST_FORGETS_OUTCOMES)) {
      request.answer.accept(Outcome.DONE);
    } else {
      launch(request);
    }
  }

  private void launch(Request request) {
    if (running != null) {
      throw new Violation("two attempts are at work on host %d", id);
    }
    world.invariants().acts(this, request.subtaskId, request.compensation, request.fence);
    Run run = new Run(request);
    running = run;
    boolean hangs = world.isTroublesome() && world.chance().oneIn(400);
    long takes = hangs ? 1_000_000 : world.chance().between(20, 300);
    if (request.until <= world.millis() + takes) {
      world.timeline().at(request.until, () -> kill(run, Outcome.EXPIRED));
    } else {
      world.timeline().after(takes, () -> finish(run));
    }
  }

  private void finish(Run run) {
    if (run.over) {
      return;
    }
    boolean done = !(world.isTroublesome() && world.chance().oneIn(40)) && change(run.request);
    if (!done) {
      troubled.add(run.request.subtaskId);
    }
    outcomes.put(run.request.action, done);
    end(run, done ? Outcome.DONE : Outcome.FAILED);
  }

  /** Whatever was under way may have come through nevertheless. */
  private void kill(Run run, Outcome outcome) {
    if (run.over) {
      return;
    }
    troubled.add(run.request.subtaskId);
    if (world.chance().oneIn(2)) {
      change(run.request);
    }
    outcomes.put(run.request.action, false);
    end(run, outcome);
  }

  private void end(Run run, Outcome outcome) {
    run.over = true;
    running = null;
    run.request.answer.accept(outcome);
    while (running == null && !waiting.isEmpty()) {
      act(waiting.poll());
    }
  }

  /** Whether it could be done. */
  private boolean change(Request request) {
    boolean before = up;
    switch (request.action) {
      case RESTART_PROXY -> {}
      case STOP -> up = false;
      case START -> {
        if (cannotStart && !up) {
          return false;
        }
        generation += up ? 0 : 1;
        up = true;
      }
    }
    boolean changed = request.action == Action.RESTART_PROXY ? up : up != before;
    deeds.add(new Deed(request.taskId, request.subtaskId, request.action, changed));
    return true;
  }

  /** Ends what is running, and lets nothing in any more below the fence. */
  boolean end(long fence) {
    if (!takeFence(fence)) {
      return false;
    }
    if (running != null) {
      kill(running, Outcome.LOST);
    }
    return true;
  }

  private boolean takeFence(long fence) {
    boolean newest = fence >= highestFence;
    highestFence = Math.max(highestFence, fence);
    return newest || world.has(Fault.A_HOST_HAS_NO_FENCE);
  }
}
