package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The one way in which subtasks move: locks their tasks, then them, lets the caller decide under
 * the lock, carries on what follows, commits, and only then tells.
 */
@ApplicationScoped
class MoveSubtasks {
  private final Transactions transactions;
  private final Tasks tasks;
  private final Subtasks subtasks;
  private final CarryOn carryOn;
  private final Json json;
  private final Event<Committed> committed;

  MoveSubtasks(
      Transactions transactions,
      Tasks tasks,
      Subtasks subtasks,
      CarryOn carryOn,
      Json json,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.subtasks = subtasks;
    this.carryOn = carryOn;
    this.json = json;
    this.committed = committed;
  }

  /** What becomes of subtasks; asked under their lock, in its transaction. */
  @FunctionalInterface
  interface Decision {
    Uni<Void> on(Tx tx, Ledger ledger, Map<Long, SubtaskRow> rows);
  }

  /** As below, for a decision that needs nothing but the rows. */
  Uni<Committed> move(
      Collection<Long> taskIds,
      Collection<Long> subtaskIds,
      BiConsumer<Ledger, Map<Long, SubtaskRow>> decide) {
    return move(
        taskIds,
        subtaskIds,
        (tx, ledger, rows) -> {
          decide.accept(ledger, rows);
          return Uni.createFrom().voidItem();
        });
  }

  /** The decision may lock more subtasks of these tasks. */
  Uni<Committed> move(Collection<Long> taskIds, Collection<Long> subtaskIds, Decision decide) {
    return transactions.run(tx -> move(tx, taskIds, subtaskIds, decide)).invoke(committed::fire);
  }

  private Uni<Committed> move(
      Tx tx, Collection<Long> taskIds, Collection<Long> subtaskIds, Decision decide) {
    return Uni.combine()
        .all()
        .unis(tasks.lock(tx, taskIds), subtasks.lock(tx, subtaskIds.toArray(Long[]::new)))
        .asTuple()
        .chain(
            locked -> {
              Ledger ledger = new Ledger(json, locked.getItem1().now(), locked.getItem1().tasks());
              Map<Long, SubtaskRow> rows = new HashMap<>();
              locked.getItem2().forEach(row -> rows.put(row.id(), row));
              return decide.on(tx, ledger, rows).chain(() -> carryOn.from(tx, ledger));
            });
  }
}
