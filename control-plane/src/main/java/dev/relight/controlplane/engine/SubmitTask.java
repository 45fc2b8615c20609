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
  private final TakeHosts takeHosts;
  private final FirstDispatch firstDispatch;
  private final RecallTask recallTask;
  private final Event<Committed> committed;

  SubmitTask(
      Transactions transactions,
      Tasks tasks,
      Subtasks subtasks,
      Hosts hosts,
      TakeHosts takeHosts,
      FirstDispatch firstDispatch,
      RecallTask recallTask,
      Event<Committed> committed) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.subtasks = subtasks;
    this.hosts = hosts;
    this.takeHosts = takeHosts;
    this.firstDispatch = firstDispatch;
    this.recallTask = recallTask;
    this.committed = committed;
  }

  private static final Committed NOTHING = Committed.of(List.of());

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
                    .orElseGet(() -> submit(tx, request, receipt, plan)));
  }

  private Uni<Accepted> submit(Tx tx, TaskRequest request, Receipt receipt, Plan plan) {
    return Uni.combine()
        .all()
        .unis(hosts.find(tx, hostIds(plan)), tasks.insert(tx, plan, origin(request), roots(plan)))
        .asTuple()
        .chain(
            found -> {
              refuseUnknown(plan, found.getItem1());
              return insert(tx, request, receipt, plan, found.getItem2(), found.getItem1());
            });
  }

  private Uni<Accepted> insert(
      Tx tx,
      TaskRequest request,
      Receipt receipt,
      Plan plan,
      TaskRow task,
      Map<Long, Reach> reach) {
    Map<Long, String> pools = new HashMap<>();
    reach.forEach((host, way) -> pools.put(host, way.pool()));
    SubmittedTask submitted =
        new SubmittedTask(
            task.id(), task.firstSubtaskId(), plan, request, task.createTime(), false);
    return Uni.combine()
        .all()
        .unis(
            takeHosts.of(tx, hostIds(plan), task.id()).replaceWith(0),
            subtasks.insert(tx, task.id(), task.firstSubtaskId(), plan, pools),
            firstDispatch.of(tx, submitted, task, pools),
            recallTask.keep(tx, receipt, task.id()).replaceWith(0))
        .with((taken, inserted, commands, kept) -> new Accepted(submitted, Committed.of(commands)));
  }

  private static Long[] hostIds(Plan plan) {
    return plan.hostIds().toArray(Long[]::new);
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
