package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Dispatches.Seat;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives queued subtasks to workers with a free slot; those that find none, to the next one that
 * has.
 */
@ApplicationScoped
public class DispatchWaiting {
  private final Transactions transactions;
  private final Dispatches dispatches;
  private final Fleet fleet;
  private final Announce announce;
  private final EngineConfig config;
  private final Event<Committed> committed;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final AtomicBoolean running = new AtomicBoolean();

  DispatchWaiting(
      Transactions transactions,
      Dispatches dispatches,
      Fleet fleet,
      Announce announce,
      EngineConfig config,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.dispatches = dispatches;
    this.fleet = fleet;
    this.announce = announce;
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
    return dispatches
        .waiting(tx, pools, config.sweepLimit())
        .chain(
            found -> {
              if (found.size() == config.sweepLimit()) {
                soon();
              }
              Map<Long, String> poolOf = new LinkedHashMap<>();
              found.forEach(subtask -> poolOf.put(subtask.id(), subtask.pool()));
              return dispatch(tx, poolOf);
            });
  }

  /** Queued subtasks, those first that are to be first, and whose pool's workers are to do each. */
  Uni<List<Addressed>> dispatch(Tx tx, Map<Long, String> poolOf) {
    Map<Long, Seat> seats = new HashMap<>();
    poolOf.forEach(
        (subtask, pool) ->
            fleet.seat(pool).ifPresentOrElse(seat -> seats.put(subtask, seat), this::soon));
    return dispatches.dispatch(tx, seats, announce.id());
  }
}
