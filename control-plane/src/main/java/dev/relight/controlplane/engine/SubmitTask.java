package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.store.Unstorable;
import dev.relight.controlplane.task.Refusal;
import dev.relight.service.tracing.Spans;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.List;
import java.util.function.Function;

/**
 * Accepts a request: in one transaction the task, its subtasks and the locks of its hosts, or
 * nothing at all. Small requests that come at the same time share a transaction. However many come,
 * they leave connections to the rest of the engine; those that cannot be stored soon are refused.
 */
@ApplicationScoped
public class SubmitTask {
  private static final int SMALL = 20;
  private static final int TOGETHER = 100;
  private static final int SHARED_TRANSACTIONS = 2;
  private static final int OWN_TRANSACTIONS = 6;

  private final Transactions transactions;
  private final StoreTasks storeTasks;
  private final RecallTask recallTask;
  private final Event<Committed> committed;
  private final Convoy<NewTask, SubmittedTask> together;
  private final Convoy<NewTask, SubmittedTask> alone;

  SubmitTask(
      Transactions transactions,
      StoreTasks storeTasks,
      RecallTask recallTask,
      Event<Committed> committed,
      SubmitConfig config) {
    this.transactions = transactions;
    this.storeTasks = storeTasks;
    this.recallTask = recallTask;
    this.committed = committed;
    Convoy.Queue queue = new Convoy.Queue(config.maxWaiting(), config.patience());
    together = convoy(queue, SHARED_TRANSACTIONS, TOGETHER, this::store);
    alone = convoy(queue, OWN_TRANSACTIONS, 1, tasks -> once(tasks.get(0)).map(List::of));
  }

  private static Convoy<NewTask, SubmittedTask> convoy(
      Convoy.Queue queue,
      int lanes,
      int size,
      Function<List<NewTask>, Uni<List<SubmittedTask>>> batch) {
    return new Convoy<>(
        queue, lanes, size, task -> task.plan().hostIds(), SubmitTask::isOfOneRequest, batch);
  }

  private static boolean isOfOneRequest(Throwable failure) {
    return failure instanceof Refusal || failure instanceof Unstorable;
  }

  /** As {@link #submit(TaskRequest, Receipt)}, of which nothing else is kept. */
  public Uni<SubmittedTask> submit(TaskRequest request) {
    return submit(request, Receipt.NONE);
  }

  /**
   * Fails with a {@link Refusal} where a host is unknown or held by another task; then nothing was
   * stored. Of any number of equal requests under one key, one makes the task and all answer it.
   */
  public Uni<SubmittedTask> submit(TaskRequest request, Receipt receipt) {
    NewTask task = new NewTask(request, receipt, Plan.of(request.kind(), request.hostIds()));
    // A key may have to wait for whoever has it now; nobody else is to wait for that.
    boolean small = receipt.key().isEmpty() && task.plan().hostIds().size() <= SMALL;
    return Spans.within(
        () ->
            Spans.client("store task", request.traceparent()).with("db.system.name", "postgresql"),
        () -> (small ? together : alone).add(task));
  }

  private Uni<List<SubmittedTask>> store(List<NewTask> tasks) {
    return transactions
        .run(tx -> storeTasks.of(tx, tasks))
        .invoke(stored -> committed.fire(stored.committed()))
        .map(StoreTasks.Stored::tasks);
  }

  // The key comes before the hosts: whoever loses the race must not be told that they are held.
  private Uni<SubmittedTask> once(NewTask task) {
    return transactions
        .run(
            tx ->
                recallTask
                    .recallOrClaim(tx, task.receipt())
                    .chain(
                        before ->
                            before
                                .map(same -> Uni.createFrom().item(StoreTasks.Stored.before(same)))
                                .orElseGet(() -> claimed(tx, task))))
        .invoke(stored -> committed.fire(stored.committed()))
        .map(stored -> stored.tasks().get(0));
  }

  private Uni<StoreTasks.Stored> claimed(Tx tx, NewTask task) {
    return storeTasks
        .of(tx, List.of(task))
        .call(stored -> recallTask.keep(tx, task.receipt(), stored.tasks().get(0).id()));
  }
}
