package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;

/**
 * Stops one subtask: its worker ends what it does on the host, and it ends FAILED. What it may have
 * stopped there is started again.
 */
@ApplicationScoped
public class CancelSubtask {
  private final Transactions transactions;
  private final MoveSubtasks moveSubtasks;
  private final Event<Committed> committed;

  CancelSubtask(Transactions transactions, MoveSubtasks moveSubtasks, Event<Committed> committed) {
    this.transactions = transactions;
    this.moveSubtasks = moveSubtasks;
    this.committed = committed;
  }

  /** Fails with a {@link Refusal} where the subtask is neither READY nor RUNNING. */
  public Uni<Void> cancel(long taskId, long subtaskId) {
    return transactions
        .run(
            tx ->
                moveSubtasks.move(
                    tx,
                    List.of(taskId),
                    List.of(subtaskId),
                    (ledger, rows) -> {
                      cancel(ledger, ledger.ofTask(taskId, subtaskId, rows));
                      return Uni.createFrom().voidItem();
                    }))
        .invoke(committed::fire)
        .replaceWithVoid();
  }

  private static void cancel(Ledger ledger, SubtaskRow row) {
    if (!ledger.move(row, SubtaskSignal.CANCEL_ASKED)) {
      throw Refusal.state(row.id(), row.state().shown());
    }
    if (row.worker() == null) {
      ledger.takeBack(row);
    }
  }
}
