package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Dispatches.Seat;
import dev.relight.controlplane.store.Dispatches.Waiting;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gives queued subtasks that found no worker to the next one with a free slot. */
@ApplicationScoped
public class DispatchWaiting {
  private final Transactions transactions;
  private final Dispatches dispatches;
  private final Fleet fleet;
  private final EngineConfig config;
  private final Event<Committed> committed;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final AtomicBoolean running = new AtomicBoolean();

  DispatchWaiting(
      Transactions transactions,
      Dispatches dispatches,
      Fleet fleet,
      EngineConfig config,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.dispatches = dispatches;
    this.fleet = fleet;
    this.config = config;
    this.committed = committed;
  }

  /** Something waits; it is looked for when a slot may have become free. */
  void soon() {
    waiting.set(true);
  }

  /** Dispatches what waits and finds a slot; cheap where nothing is known to wait. */
  public Uni<Void> ifAny() {
    return waiting.get() ? now() : Uni.createFrom().voidItem();
  }

  /** As {@link #ifAny}, for a caller who has something to go on with. */
  void inTheBackground() {
    Rounds.attempt("dispatch what waits", this::ifAny).subscribe().with(done -> {});
  }

  /** Looks through PostgreSQL for what waits, one look at a time. */
  Uni<Void> now() {
    Set<String> pools = fleet.poolsWithRoom();
    if (pools.isEmpty() || !running.compareAndSet(false, true)) {
      return Uni.createFrom().voidItem();
    }
    waiting.set(false);
    return transactions
        .run(tx -> dispatch(tx, pools))
        .onFailure()
        .invoke(this::soon)
        .onTermination()
        .invoke(() -> running.set(false))
        .invoke(commands -> committed.fire(Committed.of(commands)))
        .chain(commands -> commands.isEmpty() ? Uni.createFrom().voidItem() : ifAny());
  }

  private Uni<List<Addressed>> dispatch(Tx tx, Set<String> pools) {
    return dispatches.waiting(tx, pools, config.sweepLimit()).chain(found -> seat(tx, found));
  }

  private Uni<List<Addressed>> seat(Tx tx, List<Waiting> found) {
    Map<Long, Seat> seats = new HashMap<>();
    for (Waiting subtask : found) {
      fleet.seat(subtask.pool()).ifPresent(seat -> seats.put(subtask.id(), seat));
    }
    if (seats.size() < found.size() || found.size() == config.sweepLimit()) {
      soon();
    }
    return dispatches.dispatch(tx, seats, Announce.ID);
  }
}
