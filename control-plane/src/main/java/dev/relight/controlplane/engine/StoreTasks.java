package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.Hosts.Claim;
import dev.relight.controlplane.store.Hosts.Reach;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Subtasks.NewSubtask;
import dev.relight.controlplane.store.TaskRow;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Stores new tasks with all that belongs to them, and sends them on their way. */
@ApplicationScoped
class StoreTasks {
  private final Tasks tasks;
  private final Subtasks subtasks;
  private final Hosts hosts;
  private final TakeHosts takeHosts;
  private final FirstDispatch firstDispatch;
  private final AuditEvents audit;
  private final Fleet fleet;

  StoreTasks(
      Tasks tasks,
      Subtasks subtasks,
      Hosts hosts,
      TakeHosts takeHosts,
      FirstDispatch firstDispatch,
      AuditEvents audit,
      Fleet fleet) {
    this.tasks = tasks;
    this.subtasks = subtasks;
    this.hosts = hosts;
    this.takeHosts = takeHosts;
    this.firstDispatch = firstDispatch;
    this.audit = audit;
    this.fleet = fleet;
  }

  /** The tasks, and what is to be told once their transaction has committed. */
  record Stored(List<SubmittedTask> tasks, Committed committed) {
    /** Nothing new. */
    static Stored before(SubmittedTask task) {
      return new Stored(List.of(task), Committed.of(List.of()));
    }
  }

  /** All of them, whose hosts differ, or none. */
  Uni<Stored> of(Tx tx, List<NewTask> wanted) {
    return Uni.combine()
        .all()
        .unis(
            hosts.find(tx, hostIds(wanted.stream().map(NewTask::plan))),
            tasks.insert(tx, wanted.stream().map(StoreTasks::inserted).toList()))
        .asTuple()
        .chain(
            found -> {
              Map<Long, Reach> reach = found.getItem1();
              wanted.forEach(task -> refuseUnknown(task.plan(), reach));
              wanted.stream()
                  .filter(task -> task.request().kind().stopsForGood())
                  .forEach(task -> refuseUnstoppable(task.plan(), reach));
              return fill(tx, wanted, found.getItem2(), pools(reach));
            });
  }

  private Uni<Stored> fill(
      Tx tx, List<NewTask> wanted, List<TaskRow> rows, Map<Long, String> pools) {
    List<SubmittedTask> submitted = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    List<NewSubtask> nodes = new ArrayList<>();
    List<AuditEvents.Entry> entries = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      TaskRow row = rows.get(i);
      NewTask task = wanted.get(i);
      submitted.add(
          new SubmittedTask(
              row.id(),
              row.firstSubtaskId(),
              task.plan(),
              task.request(),
              row.createTime(),
              false));
      task.plan().hostIds().forEach(host -> claims.add(new Claim(host, row.id())));
      task.plan()
          .subtasks()
          .forEach(node -> nodes.add(new NewSubtask(row.id(), row.firstSubtaskId(), node)));
      task.receipt().audit().ifPresent(entry -> entries.add(entry.of(row.id())));
    }
    return Uni.combine()
        .all()
        .unis(
            takeHosts.of(tx, claims).replaceWith(0),
            subtasks.insert(tx, nodes, pools),
            firstDispatch.of(tx, submitted, rows, pools),
            audit.append(tx, entries))
        .with(
            (taken, made, commands, noted) ->
                new Stored(submitted, Committed.of(commands, Tally.of(submitted))));
  }

  private static Tasks.New inserted(NewTask task) {
    TaskRequest request = task.request();
    return new Tasks.New(
        task.plan(),
        new Tasks.Origin(
            request.creatorId(),
            request.creator(),
            request.executor(),
            request.process(),
            request.traceparent()));
  }

  private static void refuseUnknown(Plan plan, Map<Long, Reach> reach) {
    List<Long> unknown = plan.hostIds().stream().filter(id -> !reach.containsKey(id)).toList();
    if (!unknown.isEmpty()) {
      throw Refusal.notFound("host", "hostIds " + unknown);
    }
  }

  /** Where no worker is there to ask, the host's first stage says the same. */
  private void refuseUnstoppable(Plan plan, Map<Long, Reach> reach) {
    Map<String, Set<String>> restartOnly = new HashMap<>();
    for (Long id : plan.hostIds()) {
      Reach way = reach.get(id);
      String profile = way.target().profile();
      if (restartOnly.computeIfAbsent(way.pool(), fleet::restartOnly).contains(profile)) {
        throw Refusal.of(
            Refusal.Reason.CONFLICT,
            "The agent of host %d cannot be stopped: its profile '%s' can only restart it."
                .formatted(id, profile),
            id);
      }
    }
  }

  private static Long[] hostIds(Stream<Plan> plans) {
    return plans.map(Plan::hostIds).flatMap(Collection::stream).toArray(Long[]::new);
  }

  private static Map<Long, String> pools(Map<Long, Reach> reach) {
    Map<Long, String> pools = new HashMap<>();
    reach.forEach((host, way) -> pools.put(host, way.pool()));
    return pools;
  }
}
