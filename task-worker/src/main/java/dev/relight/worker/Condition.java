package dev.relight.worker;

import dev.relight.model.WorkerHeartbeat;
import dev.relight.worker.agent.Profiles;
import jakarta.inject.Singleton;
import java.util.List;

/** What this worker can do and what it has in its hands, as its heartbeats tell it. */
@Singleton
class Condition {
  private final WorkerId worker;
  private final WorkerConfig config;
  private final Attempts attempts;
  private final Looks looks;
  private final List<String> profiles;
  private final List<String> restartOnly;

  Condition(
      WorkerId worker, WorkerConfig config, Attempts attempts, Looks looks, Profiles profiles) {
    this.worker = worker;
    this.config = config;
    this.attempts = attempts;
    this.looks = looks;
    this.profiles = List.copyOf(profiles.names());
    this.restartOnly = List.copyOf(profiles.restartOnly());
  }

  /** As it is now. */
  WorkerHeartbeat heartbeat(long sequence, List<Integer> partitions, boolean stopping) {
    return new WorkerHeartbeat(
        worker.toString(),
        config.pool(),
        sequence,
        config.slots(),
        stopping ? 0 : Math.max(0, config.slots() - attempts.count()),
        partitions,
        attempts.running(),
        profiles,
        restartOnly,
        stopping ? 0 : looks.free(),
        stopping);
  }
}
