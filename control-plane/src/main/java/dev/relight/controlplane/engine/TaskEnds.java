package dev.relight.controlplane.engine;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Wakes whoever waits here for the end of a task. */
@ApplicationScoped
public class TaskEnds {
  private final Map<Long, Set<Runnable>> waiting = new ConcurrentHashMap<>();

  void register(long taskId, Runnable wake) {
    waiting.computeIfAbsent(taskId, id -> ConcurrentHashMap.newKeySet()).add(wake);
  }

  void unregister(long taskId, Runnable wake) {
    waiting.computeIfPresent(
        taskId,
        (id, wakes) -> {
          wakes.remove(wake);
          return wakes.isEmpty() ? null : wakes;
        });
  }

  /** The task ended, here or at another control plane. */
  public void ended(long taskId) {
    waiting.getOrDefault(taskId, Set.of()).forEach(Runnable::run);
  }

  void committed(@Observes Committed committed) {
    committed.endedTasks().forEach(this::ended);
  }
}
