package dev.relight.worker;

import dev.relight.model.Dispatch;
import dev.relight.worker.agent.LogConfig;
import dev.relight.worker.agent.OperationLog;
import dev.relight.worker.agent.Profiles;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Everything that this worker has in its hands; no dispatch is taken into them twice. */
@Singleton
class Attempts {
  private static final int REMEMBERED = 50_000;

  private final Lease lease;
  private final Profiles profiles;
  private final ReportSender reports;
  private final LogConfig logConfig;
  private final Map<Dispatch, Attempt> inHand = new HashMap<>();
  private final Map<Long, Long> newestFences = new Remembered<>();
  private final Map<Long, Long> canceled = new Remembered<>();
  private final Map<Long, Long> withdrawn = new Remembered<>();
  // By partition, for those that this worker reads.
  private final Map<Integer, Long> firstOwn = new HashMap<>();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private boolean stopping;

  Attempts(Lease lease, Profiles profiles, ReportSender reports, LogConfig logConfig) {
    this.lease = lease;
    this.profiles = profiles;
    this.reports = reports;
    this.logConfig = logConfig;
  }

  /** Completes when this worker has no more to do with the command. */
  Uni<Void> take(ReceivedCommand received) {
    Attempt attempt = admit(received);
    if (attempt == null) {
      return received.acknowledge();
    }
    return attempt.run().eventually(() -> letGo(received.dispatch()));
  }

  /**
   * Stops these dispatches and older ones of the same subtasks, also those whose commands are still
   * on their way to this worker.
   */
  void cancel(Collection<Dispatch> dispatches) {
    upTo(dispatches, canceled).forEach(attempt -> attempt.interrupt(Interruption.CANCELED));
  }

  /**
   * Hands back those that have not begun, and older ones of the same subtasks, also those whose
   * commands are still on their way.
   */
  void withdraw(Collection<Dispatch> dispatches) {
    upTo(dispatches, withdrawn).forEach(attempt -> attempt.withdraw(Interruption.RELEASED));
  }

  private synchronized List<Attempt> upTo(Collection<Dispatch> dispatches, Map<Long, Long> fences) {
    dispatches.forEach(d -> fences.merge(d.subtaskId(), d.fence(), Math::max));
    return inHand.values().stream().filter(attempt -> reaches(fences, attempt.received())).toList();
  }

  private static boolean reaches(Map<Long, Long> fences, ReceivedCommand received) {
    Dispatch dispatch = received.dispatch();
    return fences.getOrDefault(dispatch.subtaskId(), 0L) >= dispatch.fence();
  }

  /**
   * This worker reads these partitions now. What was already there is handed back to be given out
   * anew: this worker may not have heard what became of it.
   */
  synchronized void assign(Map<Integer, Long> ends) {
    firstOwn.putAll(ends);
  }

  /** Other workers read these partitions now, and with them what was not begun here. */
  void revoke(Collection<Integer> partitions) {
    synchronized (this) {
      firstOwn.keySet().removeAll(partitions);
    }
    for (Attempt attempt : snapshot()) {
      if (partitions.contains(attempt.received().partition())
          && attempt.withdraw(Interruption.REVOKED)) {
        forget(attempt);
      }
    }
  }

  /** From now on nothing is begun; completes when everything that runs has ended. */
  CompletableFuture<Void> stop() {
    synchronized (this) {
      stopping = true;
      if (inHand.isEmpty()) {
        idle.complete(null);
      }
    }
    snapshot().forEach(attempt -> attempt.withdraw(Interruption.RELEASED));
    return idle;
  }

  /** Hands back what is still running. */
  void releaseAll() {
    snapshot().forEach(attempt -> attempt.interrupt(Interruption.RELEASED));
  }

  void tend() {
    snapshot().forEach(Attempt::tend);
  }

  synchronized int count() {
    return inHand.size();
  }

  List<Dispatch> running() {
    return snapshot().stream()
        .filter(Attempt::hasBegun)
        .map(attempt -> attempt.received().dispatch())
        .toList();
  }

  private synchronized Attempt admit(ReceivedCommand received) {
    Dispatch dispatch = received.dispatch();
    if (newestFences.getOrDefault(dispatch.subtaskId(), 0L) >= dispatch.fence()) {
      return null;
    }
    OperationLog log =
        new OperationLog(
            Clock.systemUTC(), logConfig.maxLines(), logConfig.maxSize().asLongValue());
    Attempt attempt = new Attempt(received, lease, profiles, reports, log);
    if (isOthers(received)) {
      attempt.interrupt(Interruption.REVOKED);
      inHand.put(dispatch, attempt);
      return attempt;
    }
    newestFences.put(dispatch.subtaskId(), dispatch.fence());
    if (reaches(canceled, received)) {
      attempt.interrupt(Interruption.CANCELED);
    } else if (stopping || reaches(withdrawn, received) || wasThereBefore(received)) {
      attempt.interrupt(Interruption.RELEASED);
    }
    inHand.put(dispatch, attempt);
    return attempt;
  }

  private boolean wasThereBefore(ReceivedCommand received) {
    return received.offset() < firstOwn.getOrDefault(received.partition(), 0L);
  }

  /** Of a partition that is read elsewhere now; who stops hands back even that. */
  private boolean isOthers(ReceivedCommand received) {
    return !stopping && !firstOwn.containsKey(received.partition());
  }

  private synchronized void letGo(Dispatch dispatch) {
    inHand.remove(dispatch);
    if (stopping && inHand.isEmpty()) {
      idle.complete(null);
    }
  }

  // It may come back to this worker with its partition.
  private synchronized void forget(Attempt attempt) {
    newestFences.remove(attempt.received().dispatch().subtaskId());
  }

  private synchronized List<Attempt> snapshot() {
    return List.copyOf(inHand.values());
  }

  /** Forgets the oldest entries. */
  private static final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > REMEMBERED;
    }
  }
}
