package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.Astray;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Events;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Logs;
import dev.relight.controlplane.store.MemoryStore;
import dev.relight.controlplane.store.Observations;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The engine of one control plane, of its real classes: every rule of plans, states, reports,
 * operations, sweeps and dispatching is the real one. Only what surrounds them is given from
 * outside: the store, which may be PostgreSQL or its counterpart in memory, the clock, and whoever
 * is told what was committed.
 */
public final class SimulatedEngine {
  /** The store of an engine. */
  public record Stores(
      Transactions transactions,
      Tasks tasks,
      Subtasks subtasks,
      WholeTasks wholeTasks,
      Dispatches dispatches,
      Hosts hosts,
      Events events,
      Logs logs,
      Observations observations,
      Astray astray,
      Leases leases,
      AuditEvents audit,
      Json json) {
    /** A store in memory. */
    public static Stores of(MemoryStore memory) {
      return new Stores(
          memory.transactions(),
          memory.tasks(),
          memory.subtasks(),
          memory.wholeTasks(),
          memory.dispatches(),
          memory.hosts(),
          memory.events(),
          memory.logs(),
          memory.observations(),
          memory.astray(),
          memory.leases(),
          memory.audit(),
          memory.json());
    }
  }

  /** The clock and what waits for it. */
  public record Time(LongSupplier nanos, ScheduledExecutorService timer) {}

  /** When the engine loses patience. */
  public record Patience(
      Duration lease, int maxTakeovers, Duration republish, Duration sweepInterval, int sweepLimit)
      implements EngineConfig {}

  private final Announce announce;
  private final CaughtUp caughtUp;
  private final SubmitTask submitTask;
  private final ApplyReports applyReports;
  private final HearWorkers hearWorkers;
  private final SweepAstray sweepAstray;
  private final DispatchWaiting dispatchWaiting;
  private final Patrol patrol;
  private final ReopenFailed reopenFailed;
  private final RollBack rollBack;
  private final HoldTask holdTask;
  private final CancelTask cancelTask;
  private final CancelSubtask cancelSubtask;

  /** Tells {@code told} what each transaction has committed, as soon as it has. */
  public SimulatedEngine(
      Stores stores,
      EngineConfig config,
      Time time,
      Consumer<Committed> told,
      TellWorkers tellWorkers) {
    Event<Committed> committed = new Told(told);
    Transactions tx = stores.transactions;
    Fleet fleet = new Fleet(config, time.nanos);
    Books books = new Books(stores.tasks, stores.events, stores.logs, stores.observations);
    TakeHosts takeHosts = new TakeHosts(stores.hosts);
    caughtUp = new CaughtUp(time.nanos);
    announce = new Announce(tx, stores.leases, caughtUp, config);
    dispatchWaiting =
        new DispatchWaiting(tx, stores.dispatches, fleet, announce, config, committed) {
          @Override
          void inTheBackground() {
            // See hear.
          }
        };
    CarryOn carryOn =
        new CarryOn(stores.subtasks, stores.wholeTasks, stores.hosts, books, dispatchWaiting);
    MoveSubtasks move =
        new MoveSubtasks(tx, stores.tasks, stores.subtasks, carryOn, stores.json, committed);
    WithdrawDispatches withdraw =
        new WithdrawDispatches(
            tellWorkers, stores.wholeTasks, config.lease(), time.nanos, time.timer);
    FirstDispatch firstDispatch = new FirstDispatch(books, dispatchWaiting, stores.json);
    StoreTasks storeTasks =
        new StoreTasks(
            stores.tasks,
            stores.subtasks,
            stores.hosts,
            takeHosts,
            firstDispatch,
            stores.audit,
            fleet);

    submitTask =
        new SubmitTask(tx, storeTasks, new RecallTask(null, null), committed, new Queues());
    applyReports = new ApplyReports(move, dispatchWaiting, fleet, stores.json);
    hearWorkers = new HearWorkers(tx, stores.leases, stores.astray, fleet, dispatchWaiting, config);
    sweepAstray = new SweepAstray(tx, stores.astray, move, config);
    patrol = new Patrol(config, caughtUp, sweepAstray, announce, dispatchWaiting);
    rollBack = new RollBack(move, stores.wholeTasks, stores.hosts, takeHosts);
    reopenFailed =
        new ReopenFailed(
            stores.wholeTasks,
            move,
            new Reopen(stores.hosts, takeHosts, stores.subtasks),
            rollBack);
    holdTask = new HoldTask(move, stores.wholeTasks, withdraw, stores.astray);
    cancelTask = new CancelTask(move, stores.wholeTasks, withdraw);
    cancelSubtask = new CancelSubtask(move);
  }

  public Uni<SubmittedTask> submit(TaskKind kind, List<Long> hosts) {
    return submitTask.submit(new TaskRequest(kind, hosts, null, 100, "admin", "here", null));
  }

  public Uni<Void> apply(List<SubtaskReport> reports) {
    return applyReports.apply(reports);
  }

  /** What else is done in the background is done when this is. */
  public Uni<WorkerControl> hear(List<WorkerHeartbeat> heartbeats) {
    return hearWorkers
        .hear(heartbeats)
        .call(() -> Rounds.attempt("dispatch what waits", dispatchWaiting::ifAny));
  }

  /** Renews the lease of this control plane. */
  public Uni<Void> announce() {
    return announce.renew();
  }

  /** One look at the broker: whether all that was sent has been read. */
  public void look(boolean allIsRead) {
    if (allIsRead) {
      caughtUp.yes(new CaughtUp.Share(1, 1));
    } else {
      caughtUp.no();
    }
  }

  /** One round of the patrol. */
  public Uni<Void> patrol() {
    return patrol.round();
  }

  Uni<Void> takeOverFromLostWorkers() {
    return sweepAstray.takeOverFromLostWorkers(() -> true);
  }

  Uni<Void> failTimedOut() {
    return sweepAstray.failTimedOut(() -> true);
  }

  Uni<Void> sendUnansweredAgain() {
    return sweepAstray.sendUnansweredAgain(() -> true);
  }

  Uni<Void> dispatchWaiting() {
    return dispatchWaiting.now();
  }

  public Uni<Void> retry(long task) {
    return reopenFailed.task(task);
  }

  public Uni<Void> retry(long task, long subtask) {
    return reopenFailed.subtask(task, subtask);
  }

  public Uni<Void> skip(long task, long subtask) {
    return reopenFailed.skip(task, subtask);
  }

  public Uni<Void> rollBack(long task) {
    return rollBack.task(task);
  }

  public Uni<Void> pause(long task) {
    return holdTask.pause(task);
  }

  public Uni<Void> resume(long task) {
    return holdTask.resume(task);
  }

  public Uni<Void> cancel(long task) {
    return cancelTask.cancel(task);
  }

  public Uni<Void> cancel(long task, long subtask) {
    return cancelSubtask.cancel(task, subtask);
  }

  /** Nobody waits where all is done at once. */
  private record Queues() implements SubmitConfig {
    @Override
    public int maxWaiting() {
      return 100;
    }

    @Override
    public Duration patience() {
      return Duration.ofSeconds(5);
    }
  }

  private record Told(Consumer<Committed> told) implements Event<Committed> {
    @Override
    public void fire(Committed event) {
      told.accept(event);
    }

    @Override
    public <U extends Committed> CompletionStage<U> fireAsync(U event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends Committed> CompletionStage<U> fireAsync(
        U event, NotificationOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Event<Committed> select(Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends Committed> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends Committed> Event<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }
  }
}
