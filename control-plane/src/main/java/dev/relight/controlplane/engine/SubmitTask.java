package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.Hosts.Reach;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Accepts a request: in one transaction the task, its subtasks and the locks of its hosts, or
 * nothing at all.
 */
@ApplicationScoped
public class SubmitTask {
  private final Transactions transactions;
  private final Tasks tasks;
  private final Subtasks subtasks;
  private final Hosts hosts;
  private final FirstDispatch firstDispatch;
  private final RecallTask recallTask;
  private final Event<Committed> committed;

  SubmitTask(
      Transactions transactions,
      Tasks tasks,
      Subtasks subtasks,
      Hosts hosts,
      FirstDispatch firstDispatch,
      RecallTask recallTask,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.subtasks = subtasks;
    this.hosts = hosts;
    this.firstDispatch = firstDispatch;
    this.recallTask = recallTask;
    this.committed = committed;
  }

  private static final Committed NOTHING = new Committed(List.of(), List.of());

  private record Accepted(SubmittedTask task, Committed committed) {}

  /** As {@link #submit(TaskRequest, Receipt)}, of which nothing else is kept. */
  public Uni<SubmittedTask> submit(TaskRequest request) {
    return submit(request, Receipt.NONE);
  }

  /**
   * Fails with a {@link Refusal} where a host is unknown or held by another task; then nothing was
   * stored. Of any number of equal requests under one key, one makes the task and all answer it.
   */
  public Uni<SubmittedTask> submit(TaskRequest request, Receipt receipt) {
    Plan plan = Plan.of(request.kind(), request.hostIds());
    return transactions
        .run(tx -> once(tx, request, receipt, plan))
        .invoke(accepted -> committed.fire(accepted.committed()))
        .map(Accepted::task);
  }

  // The key comes before the hosts: whoever loses the race must not be told that they are held.
  private Uni<Accepted> once(Tx tx, TaskRequest request, Receipt receipt, Plan plan) {
    return recallTask
        .recallOrClaim(tx, receipt)
        .chain(
            before ->
                before
                    .map(task -> Uni.createFrom().item(new Accepted(task, NOTHING)))
                    .orElseGet(
                        () ->
                            submit(tx, request, plan)
                                .call(made -> recallTask.keep(tx, receipt, made.task().id()))));
  }

  private Uni<Accepted> submit(Tx tx, TaskRequest request, Plan plan) {
    Long[] hostIds = plan.hostIds().toArray(Long[]::new);
    return Uni.combine()
        .all()
        .unis(hosts.find(tx, hostIds), subtasks.allocate(tx, plan.subtasks().size()))
        .asTuple()
        .chain(
            found -> {
              Map<Long, Reach> reach = found.getItem1();
              long firstId = found.getItem2();
              refuseUnknown(plan, reach);
              return tasks
                  .insert(tx, plan, origin(request), firstId, roots(plan))
                  .call(task -> lockHosts(tx, hostIds, task.id()))
                  .chain(task -> insert(tx, request, plan, task, reach));
            });
  }

  private Uni<Accepted> insert(
      Tx tx, TaskRequest request, Plan plan, TaskRow task, Map<Long, Reach> reach) {
    Map<Long, String> pools = new HashMap<>();
    reach.forEach((host, way) -> pools.put(host, way.pool()));
    SubmittedTask submitted =
        new SubmittedTask(
            task.id(), task.firstSubtaskId(), plan, request, task.createTime(), false);
    return subtasks
        .insert(tx, task.id(), task.firstSubtaskId(), plan, pools)
        .chain(() -> firstDispatch.of(tx, submitted, task, pools))
        .map(commands -> new Accepted(submitted, new Committed(commands, List.of())));
  }

  private Uni<Void> lockHosts(Tx tx, Long[] hostIds, long taskId) {
    return hosts
        .acquire(tx, hostIds, taskId)
        .chain(
            all ->
                all
                    ? Uni.createFrom().voidItem()
                    : hosts
                        .holder(tx, hostIds, taskId)
                        .map(holder -> held(holder.map(String::valueOf).orElse(null)))
                        .chain(refusal -> Uni.createFrom().failure(refusal)));
  }

  private static Refusal held(String holder) {
    return Refusal.of(
        Refusal.Reason.CONFLICT,
        holder == null
            ? "A host was held by a task that has just ended; try again."
            : "A host is held by the running task " + holder + ".",
        holder);
  }

  private static void refuseUnknown(Plan plan, Map<Long, Reach> reach) {
    List<Long> unknown = plan.hostIds().stream().filter(id -> !reach.containsKey(id)).toList();
    if (!unknown.isEmpty()) {
      throw Refusal.notFound("host", "hostIds " + unknown);
    }
  }

  private static Tasks.Origin origin(TaskRequest request) {
    return new Tasks.Origin(
        request.creatorId(),
        request.creator(),
        request.executor(),
        request.process(),
        request.traceparent());
  }

  private static int roots(Plan plan) {
    return (int) plan.subtasks().stream().filter(node -> node.isRoot()).count();
  }
}
