package dev.relight.worker;

import dev.relight.model.Dispatch;
import dev.relight.worker.agent.Profiles;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Everything that this worker has in its hands; no dispatch is taken into them twice. */
@Singleton
class Attempts {
  private static final int REMEMBERED = 50_000;

  private final Lease lease;
  private final Profiles profiles;
  private final ReportSender reports;
  private final Map<Dispatch, Attempt> inHand = new HashMap<>();
  private final Map<Long, Long> newestFences = new Remembered<>();
  private final Map<Dispatch, Boolean> canceled = new Remembered<>();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private boolean stopping;

  Attempts(Lease lease, Profiles profiles, ReportSender reports) {
    this.lease = lease;
    this.profiles = profiles;
    this.reports = reports;
  }

  /** Completes when this worker has no more to do with the command. */
  Uni<Void> take(ReceivedCommand received) {
    Attempt attempt = admit(received);
    if (attempt == null) {
      return received.acknowledge();
    }
    return attempt.run().eventually(() -> letGo(received.dispatch()));
  }

  /** Stops these dispatches, also those whose commands are still on their way to this worker. */
  void cancel(Collection<Dispatch> dispatches) {
    synchronized (this) {
      dispatches.forEach(dispatch -> canceled.put(dispatch, true));
    }
    interrupt(attempt -> dispatches.contains(attempt.received().dispatch()), Interruption.CANCELED);
  }

  /** Other workers read these partitions now, and with them what was not begun here. */
  void revoke(Collection<Integer> partitions) {
    interrupt(
        attempt -> !attempt.hasBegun() && partitions.contains(attempt.received().partition()),
        Interruption.REVOKED);
  }

  /** From now on nothing is begun; gives when everything that runs has ended. */
  CompletableFuture<Void> stop() {
    synchronized (this) {
      stopping = true;
      if (inHand.isEmpty()) {
        idle.complete(null);
      }
    }
    interrupt(attempt -> !attempt.hasBegun(), Interruption.RELEASED);
    return idle;
  }

  /** Hands back what is still running. */
  void releaseAll() {
    interrupt(attempt -> true, Interruption.RELEASED);
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
    Long newest = newestFences.get(dispatch.subtaskId());
    if (newest != null && newest >= dispatch.fence()) {
      return null;
    }
    newestFences.put(dispatch.subtaskId(), dispatch.fence());
    Attempt attempt = new Attempt(received, lease, profiles, reports);
    if (canceled.containsKey(dispatch)) {
      attempt.interrupt(Interruption.CANCELED);
    } else if (stopping) {
      attempt.interrupt(Interruption.RELEASED);
    }
    inHand.put(dispatch, attempt);
    return attempt;
  }

  private synchronized void letGo(Dispatch dispatch) {
    inHand.remove(dispatch);
    if (stopping && inHand.isEmpty()) {
      idle.complete(null);
    }
  }

  private void interrupt(Predicate<Attempt> which, Interruption reason) {
    List<Attempt> interrupted = snapshot().stream().filter(which).toList();
    if (reason == Interruption.REVOKED) {
      synchronized (this) {
        interrupted.forEach(a -> newestFences.remove(a.received().command().subtaskId()));
      }
    }
    interrupted.forEach(attempt -> attempt.interrupt(reason));
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
