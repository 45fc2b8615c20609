package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Leases.Held;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.SubtaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Gives everything that a lost worker had, started or not, to others under new fences, without
 * waiting for Kafka to notice.
 */
@ApplicationScoped
class TakeOverLost {
  private static final Logger LOG = Logger.getLogger(TakeOverLost.class);

  private final Transactions transactions;
  private final Leases leases;
  private final MoveSubtasks moveSubtasks;
  private final Fleet fleet;
  private final EngineConfig config;
  private final Event<Committed> committed;

  TakeOverLost(
      Transactions transactions,
      Leases leases,
      MoveSubtasks moveSubtasks,
      Fleet fleet,
      EngineConfig config,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.leases = leases;
    this.moveSubtasks = moveSubtasks;
    this.fleet = fleet;
    this.config = config;
    this.committed = committed;
  }

  /** To be called only by a control plane that has read all that the workers sent. */
  Uni<Void> takeOver() {
    return transactions
        .run(tx -> leases.expired(tx).chain(lost -> takeOver(tx, lost)))
        .invoke(committed::fire)
        .replaceWithVoid();
  }

  private Uni<Committed> takeOver(Tx tx, List<String> lost) {
    if (lost.isEmpty()) {
      return Uni.createFrom().item(new Committed(List.of(), List.of()));
    }
    lost.forEach(fleet::lost);
    return leases
        .heldBy(tx, lost, config.sweepLimit())
        .chain(held -> held.isEmpty() ? forget(tx, lost) : takeOver(tx, lost, held));
  }

  private Uni<Committed> forget(Tx tx, List<String> lost) {
    LOG.infof("workers gone: %s", lost);
    return leases.forget(tx, lost).replaceWith(new Committed(List.of(), List.of()));
  }

  private Uni<Committed> takeOver(Tx tx, List<String> lost, List<Held> held) {
    LOG.warnf("lost workers %s had %d subtasks; others take over", lost, held.size());
    return moveSubtasks.move(
        tx,
        held.stream().map(Held::taskId).collect(Collectors.toCollection(TreeSet::new)),
        held.stream().map(Held::subtaskId).toList(),
        (ledger, rows) -> takeOver(ledger, rows, lost));
  }

  private void takeOver(Ledger ledger, Map<Long, SubtaskRow> rows, List<String> lost) {
    for (SubtaskRow row : rows.values()) {
      if (!row.state().isLive() || !lost.contains(row.worker())) {
        continue;
      }
      row.countTakeover();
      if (row.takeovers() > config.maxTakeovers()) {
        ledger.giveUp(row, "given up after " + config.maxTakeovers() + " lost workers");
      } else {
        ledger.move(row, SubtaskSignal.REDISPATCHED);
      }
    }
  }
}
