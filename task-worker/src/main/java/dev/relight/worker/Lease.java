package dev.relight.worker;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether this worker may start work: only while a heartbeat that is younger than half a lease was
 * acknowledged. After a whole lease without one, others may be doing what it was told to do.
 */
@Singleton
class Lease {
  private final long nanos;
  private final long trustedNanos;
  private final LongSupplier nanoTime;
  private final TreeMap<Long, Long> sentAt = new TreeMap<>();
  private long trustedSince;
  private long term;
  private CompletableFuture<Void> nextAcknowledgement = new CompletableFuture<>();

  @Inject
  Lease(@ConfigProperty(name = "relight.dispatch.lease", defaultValue = "3s") Duration lease) {
    this(lease, System::nanoTime);
  }

  Lease(Duration lease, LongSupplier nanoTime) {
    this.nanos = lease.toNanos();
    this.trustedNanos = nanos / 2;
    this.nanoTime = nanoTime;
    this.trustedSince = nanoTime.getAsLong() - trustedNanos - 1;
  }

  /** A heartbeat is about to be sent. */
  synchronized void sending(long sequence) {
    long now = nanoTime.getAsLong();
    sentAt.put(sequence, now);
    sentAt.values().removeIf(sent -> now - sent > trustedNanos);
  }

  /** The control plane has written down that it saw this heartbeat. */
  void acknowledged(long sequence) {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      Long sent = sentAt.get(sequence);
      if (sent == null) {
        return;
      }
      if (term == 0 || nanoTime.getAsLong() - trustedSince > nanos) {
        term++;
      }
      // Counted from the sending: the lease in the database began later, so it ends later, too.
      trustedSince = sent;
      sentAt.headMap(sequence, true).clear();
      waiting = nextAcknowledgement;
      nextAcknowledgement = new CompletableFuture<>();
    }
    waiting.complete(null);
  }

  synchronized boolean held() {
    return nanoTime.getAsLong() - trustedSince <= trustedNanos;
  }

  /** Whether the control planes have been heard at all. */
  boolean wasEverHeld() {
    return term() > 0;
  }

  /**
   * Another one after the lease may have run out: what was given to this worker before may have
   * been given to others since. So may what was there before anything was heard.
   */
  synchronized long term() {
    return term;
  }

  /** Completes as soon as work may be started. */
  Uni<Void> whenHeld() {
    CompletableFuture<Void> next;
    synchronized (this) {
      if (held()) {
        return Uni.createFrom().voidItem();
      }
      next = nextAcknowledgement;
    }
    // Looked at once more then: an acknowledgement may come late.
    return Uni.createFrom().completionStage(next::copy).chain(this::whenHeld);
  }
}
