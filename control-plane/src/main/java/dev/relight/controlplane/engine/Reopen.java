package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Hosts;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Subtasks;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.SubtaskSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets lanes go on that had ended at a failed subtask: takes their hosts once more, and where
 * another task has had a host since, starts its lane again from the beginning.
 */
@ApplicationScoped
class Reopen {
  private final Hosts hosts;
  private final TakeHosts takeHosts;
  private final Subtasks subtasks;

  Reopen(Hosts hosts, TakeHosts takeHosts, Subtasks subtasks) {
    this.hosts = hosts;
    this.takeHosts = takeHosts;
    this.subtasks = subtasks;
  }

  /**
   * The failed subtasks of one task, and the signal that is to move them. Where a host was removed
   * since, its lane stays as it is; fails with a {@link Refusal} where that is so of all of them.
   */
  Uni<Void> lanes(
      Tx tx, Ledger ledger, long taskId, Collection<SubtaskRow> failed, SubtaskSignal signal) {
    return hosts
        .find(tx, failed.stream().map(row -> row.node().hostId()).toArray(Long[]::new))
        .map(
            there -> failed.stream().filter(row -> there.containsKey(row.node().hostId())).toList())
        .invoke(left -> refuseWithoutHosts(left, failed))
        .chain(left -> onHosts(tx, ledger, taskId, left, signal));
  }

  private static void refuseWithoutHosts(List<SubtaskRow> left, Collection<SubtaskRow> failed) {
    if (left.isEmpty() && !failed.isEmpty()) {
      throw Refusal.of(
          Refusal.Reason.CONFLICT,
          "Nothing can go on: the hosts on which it failed were removed since.");
    }
  }

  private Uni<Void> onHosts(
      Tx tx, Ledger ledger, long taskId, Collection<SubtaskRow> failed, SubtaskSignal signal) {
    Long[] hostIds = failed.stream().map(row -> row.node().hostId()).toArray(Long[]::new);
    return hosts
        .lastHadByOthers(tx, hostIds, taskId)
        .call(() -> takeHosts.of(tx, hostIds, taskId))
        .chain(
            others -> {
              Map<Boolean, List<SubtaskRow>> touched = byTouch(failed, others);
              touched
                  .getOrDefault(false, List.of())
                  .forEach(
                      row -> {
                        ledger.reopen(row);
                        ledger.move(row, signal);
                      });
              return startOver(tx, ledger, touched.getOrDefault(true, List.of()));
            });
  }

  private static Map<Boolean, List<SubtaskRow>> byTouch(
      Collection<SubtaskRow> failed, Set<Long> others) {
    return failed.stream()
        .collect(Collectors.groupingBy(row -> others.contains(row.node().hostId())));
  }

  private Uni<Void> startOver(Tx tx, Ledger ledger, List<SubtaskRow> failed) {
    Long[] earlier =
        failed.stream().flatMap(row -> ledger.earlierStages(row).stream()).toArray(Long[]::new);
    return subtasks
        .lock(tx, earlier)
        .invoke(
            rows -> {
              Map<Long, SubtaskRow> byId = new HashMap<>();
              rows.forEach(row -> byId.put(row.id(), row));
              failed.forEach(row -> startOver(ledger, row, byId));
            })
        .replaceWithVoid();
  }

  private static void startOver(Ledger ledger, SubtaskRow failed, Map<Long, SubtaskRow> byId) {
    ledger.reopen(failed);
    List<Long> stages = ledger.earlierStages(failed);
    SubtaskRow first = stages.isEmpty() ? failed : byId.get(stages.get(0));
    stages.stream().skip(1).map(byId::get).forEach(row -> reset(ledger, row));
    if (first != failed) {
      reset(ledger, failed);
    }
    ledger.move(first, SubtaskSignal.RESET);
    ledger.move(first, SubtaskSignal.ELIGIBLE);
  }

  private static void reset(Ledger ledger, SubtaskRow row) {
    ledger.move(row, SubtaskSignal.RESET);
    ledger.awaitAgain(row);
  }
}
