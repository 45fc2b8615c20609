package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.model.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Dispatches that somebody may still begin when nobody is to begin them any more. */
final class NotBegun {
  private final List<Dispatch> addressed = new ArrayList<>();
  private final List<Dispatch> loose = new ArrayList<>();

  /** The newest dispatch of a subtask, if there ever was one. */
  void add(SubtaskRow subtask) {
    if (subtask.fence() > 0) {
      (subtask.worker() == null ? loose : addressed)
          .add(new Dispatch(subtask.id(), subtask.fence()));
    }
  }

  List<Dispatch> all() {
    return Stream.concat(addressed.stream(), loose.stream()).toList();
  }

  /** Those that a worker is to answer for. */
  List<Dispatch> addressed() {
    return addressed;
  }

  /** Whether some were taken from a worker that may have their commands nevertheless. */
  boolean areLoose() {
    return !loose.isEmpty();
  }
}
