package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.store.Leases.Held;
import dev.relight.controlplane.store.Overdue;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.task.SubtaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Fails what took too long and sends again what nobody answered to. */
@ApplicationScoped
class SweepOverdue {
  private static final Logger LOG = Logger.getLogger(SweepOverdue.class);

  private final Transactions transactions;
  private final Overdue overdue;
  private final MoveSubtasks moveSubtasks;
  private final EngineConfig config;

  SweepOverdue(
      Transactions transactions, Overdue overdue, MoveSubtasks moveSubtasks, EngineConfig config) {
    this.transactions = transactions;
    this.overdue = overdue;
    this.moveSubtasks = moveSubtasks;
    this.config = config;
  }

  Uni<Void> sweep() {
    int limit = config.sweepLimit();
    return transactions
        .run(tx -> overdue.timedOut(tx, limit))
        .chain(found -> each(found, SweepOverdue::timeOut))
        .chain(() -> transactions.run(tx -> overdue.unanswered(tx, config.republish(), limit)))
        .chain(found -> each(found, SweepOverdue::sendAgain));
  }

  private Uni<Void> each(List<Held> found, BiConsumer<Ledger, SubtaskRow> act) {
    if (found.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return moveSubtasks
        .move(
            found.stream().map(Held::taskId).collect(Collectors.toCollection(TreeSet::new)),
            found.stream().map(Held::subtaskId).toList(),
            (ledger, rows) -> rows.values().forEach(row -> act.accept(ledger, row)))
        .replaceWithVoid();
  }

  /** The worker hears of it with his next heartbeat: what he runs is not his any more. */
  private static void timeOut(Ledger ledger, SubtaskRow row) {
    OffsetDateTime deadline = row.deadline();
    if (row.state().isStarted() && deadline != null && deadline.isBefore(ledger.now())) {
      long seconds = SubtaskText.of(row.work()).timeout().toSeconds();
      LOG.infof(
          "task %d subtask %d attempt %d (%s) timed out",
          row.node().taskId(), row.id(), row.attempt(), row.work());
      ledger.giveUp(row, "not done within " + seconds + " s");
    }
  }

  private static void sendAgain(Ledger ledger, SubtaskRow row) {
    if (row.state().isQueued() && row.worker() != null) {
      ledger.move(row, SubtaskSignal.REDISPATCHED);
    }
  }
}
