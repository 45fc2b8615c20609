package dev.relight.controlplane.engine;

import static java.util.stream.Collectors.partitioningBy;

import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Subtasks.Count;
import dev.relight.controlplane.store.Subtasks.Ids;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.WholeTasks;
import dev.relight.controlplane.task.SubtaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private final WholeTasks wholeTasks;
  private final Hosts hosts;
  private final Books books;
  private final DispatchWaiting dispatchWaiting;

  CarryOn(
      Subtasks subtasks,
      WholeTasks wholeTasks,
      Hosts hosts,
      Books books,
      DispatchWaiting dispatchWaiting) {
    this.subtasks = subtasks;
    this.wholeTasks = wholeTasks;
    this.hosts = hosts;
    this.books = books;
    this.dispatchWaiting = dispatchWaiting;
  }

  /** Carries on behind everything that was moved in the ledger, and commits. */
  Uni<Committed> from(Tx tx, Ledger ledger) {
    List<SubtaskRow> settled =
        only(ledger.moved(), SubtaskState::isSettled).stream()
            .filter(row -> ledger.stateOf(row).counts())
            .toList();
    List<SubtaskRow> queued = new ArrayList<>(only(ledger.moved(), SubtaskState::isQueued));
    Map<Boolean, List<SubtaskRow>> byGoingOn =
        settled.stream().collect(partitioningBy(row -> ledger.stateOf(row).goesOn()));
    return Uni.combine()
        .all()
        .unis(
            subtasks.write(tx, ledger.moved()),
            subtasks.countUp(tx, ledger.awaitedAgain()),
            wholeTasks.count(tx, behind(byGoingOn.get(false), ledger)),
            subtasks.countDown(tx, behind(byGoingOn.get(true), ledger)))
        .with((written, awaited, counted, moved) -> moved)
        .invoke(moved -> record(ledger, moved, queued))
        .chain(() -> resume(tx, ledger, queued))
        .chain(() -> catchUp(tx, ledger, settled, queued))
        .chain(() -> tell(tx, ledger, settled, queued));
  }

  private Uni<Committed> tell(
      Tx tx, Ledger ledger, List<SubtaskRow> settled, List<SubtaskRow> queued) {
    ledger.endTasks();
    return Uni.combine()
        .all()
        // The books first: what a task that was resumed has is dispatched again.
        .unis(
            books.close(tx, ledger).replaceWith(0),
            dispatch(tx, ledger, queued),
            hosts.release(tx, laneEnds(settled), ledger.cutShort()),
            tx.commit())
        .with(
            (closed, commands, released, committed) ->
                new Committed(commands, ledger.ended(), ledger.canceled(), Tally.of(ledger)));
  }

  /** Opens in one task after the other what has stood still while it was paused. */
  private Uni<Void> resume(Tx tx, Ledger ledger, List<SubtaskRow> queued) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (TaskRow task : ledger.resumed()) {
      done =
          done.chain(() -> wholeTasks.open(tx, task))
              .invoke(moved -> record(ledger, moved, queued))
              .map(moved -> only(moved, SubtaskState::isSettled))
              .chain(opened -> subtasks.countDown(tx, behind(opened, ledger)))
              .invoke(moved -> record(ledger, moved, queued))
              .replaceWithVoid();
    }
    return done;
  }

  private static Map<Ids, Count> behind(List<SubtaskRow> settled, Ledger ledger) {
    Map<Ids, Count> counts = new HashMap<>();
    for (SubtaskRow row : settled) {
      if (row.state() == SubtaskState.FAILED) {
        ledger.barriersAhead(row).forEach(id -> counts.merge(one(id), GIVEN_UP, Count::plus));
      }
      if (row.node().downstreamFirst() != null) {
        counts.merge(
            new Ids(row.node().downstreamFirst(), row.node().downstreamLast()),
            new Count(1, row.state() == SubtaskState.SUCCESSFUL ? 1 : 0),
            Count::plus);
      }
    }
    return counts;
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

  private Uni<List<Addressed>> dispatch(Tx tx, Ledger ledger, List<SubtaskRow> queued) {
    Map<Long, String> poolOf = new LinkedHashMap<>();
    for (SubtaskRow row : queued) {
      if (ledger.stateOf(row).dispatches()) {
        poolOf.put(row.id(), row.node().pool());
      }
    }
    return dispatchWaiting.dispatch(tx, poolOf);
  }

  private static void record(Ledger ledger, List<SubtaskRow> moved, List<SubtaskRow> queued) {
    moved.forEach(row -> ledger.record(row, SubtaskState.PENDING));
    queued.addAll(only(moved, SubtaskState::isQueued));
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
