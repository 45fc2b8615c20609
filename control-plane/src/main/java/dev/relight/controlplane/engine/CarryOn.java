package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Dispatches;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Dispatches.Seat;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Subtasks.Count;
import dev.relight.controlplane.store.Subtasks.Ids;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.SubtaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What follows when subtasks have moved: the barriers behind them open in the same transaction,
 * without a hop over Kafka, what became ready is dispatched, lanes that ended free their hosts, and
 * tasks in which nothing can move any more end.
 */
@ApplicationScoped
class CarryOn {
  /** A lane that does not come to a barrier any more. */
  private static final Count GIVEN_UP = new Count(1, 0);

  private final Subtasks subtasks;
  private final Dispatches dispatches;
  private final Hosts hosts;
  private final Books books;
  private final Fleet fleet;
  private final DispatchWaiting dispatchWaiting;

  CarryOn(
      Subtasks subtasks,
      Dispatches dispatches,
      Hosts hosts,
      Books books,
      Fleet fleet,
      DispatchWaiting dispatchWaiting) {
    this.subtasks = subtasks;
    this.dispatches = dispatches;
    this.hosts = hosts;
    this.books = books;
    this.fleet = fleet;
    this.dispatchWaiting = dispatchWaiting;
  }

  /** Carries on behind everything that was moved in the ledger. */
  Uni<Committed> from(Tx tx, Ledger ledger) {
    List<SubtaskRow> settled = only(ledger.moved(), SubtaskState::isSettled);
    List<SubtaskRow> queued = new ArrayList<>(only(ledger.moved(), SubtaskState::isQueued));
    return subtasks
        .write(tx, ledger.moved())
        .chain(() -> subtasks.countUp(tx, ledger.awaitedAgain()))
        .chain(() -> behind(tx, ledger, settled, queued))
        .chain(() -> catchUp(tx, ledger, settled, queued))
        .chain(() -> dispatch(tx, queued))
        .chain(
            commands -> {
              ledger.endTasks();
              return Uni.join()
                  .all(
                      books.close(tx, ledger),
                      hosts.release(tx, laneEnds(settled)).replaceWithVoid())
                  .andFailFast()
                  .replaceWith(new Committed(commands, ledger.ended(), ledger.canceled()));
            });
  }

  private Uni<Void> behind(
      Tx tx, Ledger ledger, List<SubtaskRow> settled, List<SubtaskRow> queued) {
    Map<Ids, Count> counts = new HashMap<>();
    for (SubtaskRow row : settled) {
      if (row.state() == SubtaskState.FAILED) {
        ledger.barriersAhead(row).forEach(id -> counts.merge(one(id), GIVEN_UP, Count::plus));
      }
    }
    return countDown(tx, ledger, settled, counts, queued);
  }

  /** One level of the DAG at a time: a barrier that opens is settled itself. */
  private Uni<Void> countDown(
      Tx tx,
      Ledger ledger,
      List<SubtaskRow> settled,
      Map<Ids, Count> counts,
      List<SubtaskRow> queued) {
    for (SubtaskRow row : settled) {
      if (row.node().downstreamFirst() != null) {
        counts.merge(
            new Ids(row.node().downstreamFirst(), row.node().downstreamLast()),
            new Count(1, row.state() == SubtaskState.SUCCESSFUL ? 1 : 0),
            Count::plus);
      }
    }
    if (counts.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return subtasks
        .countDown(tx, counts)
        .chain(
            moved -> {
              moved.forEach(row -> ledger.record(row, SubtaskState.PENDING));
              queued.addAll(only(moved, SubtaskState::isQueued));
              return countDown(
                  tx, ledger, only(moved, SubtaskState::isSettled), new HashMap<>(), queued);
            });
  }

  /** A lane that was tried again goes on behind barriers that have opened without it. */
  private Uni<Void> catchUp(
      Tx tx, Ledger ledger, List<SubtaskRow> settled, List<SubtaskRow> queued) {
    return subtasks
        .catchUp(tx, settled.stream().flatMap(row -> ledger.nextOfReopened(row).stream()).toList())
        .invoke(
            moved -> {
              moved.forEach(row -> ledger.record(row, SubtaskState.PENDING));
              queued.addAll(moved);
            })
        .replaceWithVoid();
  }

  private Uni<List<Addressed>> dispatch(Tx tx, List<SubtaskRow> queued) {
    Map<Long, Seat> seats = new HashMap<>();
    for (SubtaskRow row : queued) {
      fleet
          .seat(row.node().pool())
          .ifPresentOrElse(seat -> seats.put(row.id(), seat), dispatchWaiting::soon);
    }
    return dispatches.dispatch(tx, seats, Announce.ID);
  }

  private static Ids one(long id) {
    return new Ids(id, id);
  }

  private static List<SubtaskRow> laneEnds(List<SubtaskRow> settled) {
    return settled.stream()
        .filter(row -> row.state() == SubtaskState.FAILED || row.node().downstreamFirst() == null)
        .toList();
  }

  private static List<SubtaskRow> only(Collection<SubtaskRow> rows, Predicate<SubtaskState> which) {
    return rows.stream().filter(row -> which.test(row.state())).toList();
  }
}
