package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.TaskRow;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a transaction did, to be counted once it has committed.
 *
 * @param submitted tasks that it made
 * @param moved subtasks that it moved
 * @param ended tasks that it ended
 */
public record Tally(
    List<SubmittedTask> submitted, Collection<SubtaskRow> moved, List<TaskRow> ended) {
  static final Tally NOTHING = new Tally(List.of(), List.of(), List.of());

  static Tally of(Ledger ledger) {
    Set<Long> ended = new HashSet<>(ledger.ended());
    return new Tally(
        List.of(),
        ledger.moved(),
        ledger.tasks().stream().filter(task -> ended.contains(task.id())).toList());
  }

  static Tally of(List<SubmittedTask> submitted) {
    return new Tally(submitted, List.of(), List.of());
  }
}
