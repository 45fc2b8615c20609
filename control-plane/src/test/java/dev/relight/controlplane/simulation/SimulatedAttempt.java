package dev.relight.controlplane.simulation;

import dev.relight.controlplane.simulation.SimulatedHost.Action;
import dev.relight.controlplane.simulation.SimulatedHost.Outcome;
import dev.relight.controlplane.simulation.SimulatedHost.Request;
import dev.relight.model.AgentState;
import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import java.util.function.Consumer;

/**
 * One dispatch in a worker's hands: the counterpart of the worker's {@code Attempt} and of its
 * operations. STARTED is with the broker before the host is touched.
 */
final class SimulatedAttempt {
  enum Interruption {
    CANCELED,
    TIMED_OUT,
    RELEASED,
    REVOKED
  }

  private final World world;
  private final SimulatedWorker worker;
  private final Partition.Delivery delivery;
  private final SubtaskCommand command;
  private final SimulatedHost host;
  private final long takenAt;
  private final long term;
  private boolean begun;
  private boolean performing;
  private boolean over;
  private boolean startedOver;
  private boolean startingOver;
  private boolean reached;
  private long until;

  SimulatedAttempt(World world, SimulatedWorker worker, Partition.Delivery delivery) {
    this.world = world;
    this.worker = worker;
    this.delivery = delivery;
    this.command = delivery.command();
    this.host = world.host(command.host().id());
    this.takenAt = world.millis();
    this.term = worker.lease().term();
  }

  SubtaskCommand command() {
    return command;
  }

  Dispatch dispatch() {
    return new Dispatch(command.subtaskId(), command.fence());
  }

  int partition() {
    return delivery.partition();
  }

  boolean hasBegun() {
    return begun;
  }

  /** Starts, as soon as the worker may start anything. */
  void run() {
    if (over || begun) {
      return;
    }
    if (!worker.lease().isHeld()) {
      worker.lease().whenHeld(this::run);
      return;
    }
    if (worker.lease().term() != term) {
      interrupt(Interruption.RELEASED);
      return;
    }
    begun = true;
    world.invariants().begins(worker, command, takenAt);
    worker.report(command, ReportType.STARTED, null, null, this::started);
  }

  private void started() {
    delivery.acknowledge();
    perform();
  }

  private void perform() {
    if (over) {
      return;
    }
    if (!worker.lease().isHeld()) {
      worker.lease().whenHeld(this::perform);
      return;
    }
    if (worker.lease().term() != term) {
      interrupt(Interruption.RELEASED);
      return;
    }
    performing = true;
    until = world.millis() + command.timeoutMillis();
    worker.after(command.timeoutMillis(), () -> interrupt(Interruption.TIMED_OUT));
    work();
  }

  /** Interrupts what was not begun, and only that; tells whether it has. */
  boolean withdraw(Interruption reason) {
    if (begun) {
      return false;
    }
    interrupt(reason);
    return true;
  }

  void interrupt(Interruption reason) {
    if (over) {
      return;
    }
    over = true;
    switch (reason) {
      case CANCELED -> endOnHost(() -> conclude(ReportType.FAILED, "canceled", null));
      case TIMED_OUT -> endOnHost(() -> conclude(ReportType.FAILED, "took too long", null));
      case RELEASED -> conclude(ReportType.RELEASED, null, null);
      case REVOKED -> worker.letGo(this);
    }
  }

  private void endOnHost(Runnable then) {
    if (performing) {
      toHost(
          () -> {
            host.end(command.fence() + 1);
            worker.after(world.chance().between(1, 20), then);
          });
    } else {
      then.run();
    }
  }

  private void work() {
    switch (command.kind()) {
      case PREPARE_RESTART, PREPARE_STOP, FINISH, REFRESH -> read(this::succeed);
      case RESTART_PROXY ->
          read(
              seen -> {
                if (seen.running()) {
                  act(Action.RESTART_PROXY, () -> read(this::succeed));
                } else {
                  succeed(seen);
                }
              });
      case STOP_ALL -> act(Action.STOP, () -> expect(false));
      case START_ALL -> start();
      case RESTART_PROCESS, STOP_PROCESS, WAIT ->
          throw new IllegalArgumentException(command.kind().name());
    }
  }

  private void start() {
    if (!command.compensation()) {
      act(Action.START, () -> expect(true));
      return;
    }
    ask(
        () -> {
          if (!host.end(command.fence())) {
            fromHost(() -> superseded());
          } else if (command.recorded() != null && !command.recorded().running()) {
            fromHost(() -> read(this::succeed));
          } else {
            fromHost(() -> act(Action.START, () -> expect(true)));
          }
        });
  }

  private void expect(boolean running) {
    read(
        seen -> {
          if (seen.running() == running && !(running && isOld(seen))) {
            succeed(seen);
          } else {
            fail("The agent is not as it should be", seen);
          }
        });
  }

  private boolean isOld(AgentState seen) {
    AgentState recorded = command.recorded();
    return !command.compensation()
        && recorded != null
        && recorded.running()
        && recorded.processes().get(0).pid() == seen.processes().get(0).pid();
  }

  private void read(Consumer<AgentState> then) {
    ask(
        () -> {
          AgentState seen = host.read(command.fence());
          fromHost(
              () -> {
                if (seen == null) {
                  superseded();
                } else {
                  then.accept(seen);
                }
              });
        });
  }

  private void act(Action action, Runnable then) {
    boolean again = startingOver;
    startingOver = false;
    ask(
        () ->
            host.act(
                new Request(
                    command.taskId(),
                    command.subtaskId(),
                    command.compensation(),
                    command.fence(),
                    action,
                    again,
                    until,
                    outcome -> fromHost(() -> acted(action, outcome, then)))));
  }

  private void acted(Action action, Outcome outcome, Runnable then) {
    switch (outcome) {
      case DONE -> then.run();
      case FAILED -> fail("It cannot be done", null);
      case EXPIRED -> conclude(ReportType.FAILED, "It was ended on the host", null);
      case SUPERSEDED -> superseded();
      // Ended by somebody else; found again, as after a lost connection.
      case LOST -> worker.after(500, () -> resume(() -> act(action, then)));
    }
  }

  private void resume(Runnable then) {
    if (!over) {
      then.run();
    }
  }

  private void superseded() {
    conclude(ReportType.FAILED, "superseded", null);
  }

  /** What an earlier attempt did may have been taken for done, so it is done once more. */
  private void fail(String message, AgentState seen) {
    if (startedOver) {
      conclude(ReportType.FAILED, message, seen);
    } else {
      startedOver = true;
      startingOver = true;
      work();
    }
  }

  private void succeed(AgentState seen) {
    conclude(ReportType.SUCCEEDED, null, seen);
  }

  private void conclude(ReportType type, String message, AgentState seen) {
    over = true;
    worker.report(
        command,
        type,
        message,
        seen,
        () -> {
          delivery.acknowledge();
          worker.letGo(this);
        });
  }

  /** Asks the host, as often as the connection is lost on the way. */
  private void ask(Runnable what) {
    boolean lost = world.isTroublesome() && world.chance().oneIn(60);
    if (!lost) {
      toHost(
          () -> {
            reached = true;
            what.run();
          });
    } else if (reached || command.kind() == SubtaskKind.START_ALL) {
      worker.after(500, () -> resume(() -> ask(what)));
    } else {
      worker.after(20, () -> resume(() -> conclude(ReportType.FAILED, "no route to host", null)));
    }
  }

  /** What is on its way to the host gets there, whatever becomes of the worker. */
  private void toHost(Runnable what) {
    world.timeline().after(world.chance().between(1, 20), what);
  }

  private void fromHost(Runnable then) {
    worker.after(world.chance().between(1, 20), () -> resume(then));
  }
}
