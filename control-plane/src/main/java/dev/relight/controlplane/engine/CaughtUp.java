package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Since when this control plane has read, and kept, everything that workers send. Only one that
 * has, for a whole lease, may call a worker lost or its work overdue: after an outage of Kafka, of
 * PostgreSQL or of the control planes, what living workers said lies unread.
 */
@ApplicationScoped
public class CaughtUp {
  /** How often it is looked at; without a look for longer, as in a process that was stopped, no. */
  public static final Duration LOOK = Duration.ofMillis(500);

  /** How many partitions of reports are read here, of how many that there are. */
  public record Share(int partitions, int of) {
    /** It is not known of how many. */
    public static final Share NONE = new Share(0, 0);
  }

  private static final long STALE_NANOS = LOOK.multipliedBy(3).toNanos();

  private final LongSupplier nanoTime;
  private final Map<Object, Long> inHand = new LinkedHashMap<>();
  private final Map<Object, Long> reportsInHand = new LinkedHashMap<>();
  private OptionalLong since = OptionalLong.empty();
  private long lastLook;
  private Share share = Share.NONE;

  @Inject
  CaughtUp() {
    this(System::nanoTime);
  }

  CaughtUp(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastLook = nanoTime.getAsLong() - STALE_NANOS - 1;
  }

  /**
   * The same work, which keeps what was read; while it takes longer than a look, as where
   * PostgreSQL does not answer, what it has to keep counts as unread.
   */
  public <T> Uni<T> keeping(Uni<T> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Object token = new Object();
              begin(token);
              return work.onTermination().invoke(() -> end(token));
            });
  }

  /** The same reports, which count as unread where it takes longer than a look to keep them. */
  public void keeping(CompletionStage<?> reports) {
    Object token = new Object();
    synchronized (this) {
      reportsInHand.put(token, nanoTime.getAsLong());
    }
    reports.whenComplete(
        (kept, failure) -> {
          synchronized (this) {
            reportsInHand.remove(token);
          }
        });
  }

  /** Everything that was there at the last look has been read; of the reports, that share. */
  public synchronized void yes(Share share) {
    this.share = share;
    long now = nanoTime.getAsLong();
    // What was there so long ago says nothing of what has come since.
    boolean isFirst = now - lastLook > STALE_NANOS;
    lastLook = now;
    if (isFirst || isLate(inHand, now)) {
      no();
    } else if (since.isEmpty()) {
      since = OptionalLong.of(now);
    }
  }

  /** Something lies unread or could not be kept, or the broker does not answer. */
  public synchronized void no() {
    since = OptionalLong.empty();
  }

  synchronized boolean forAtLeast(Duration duration) {
    long now = nanoTime.getAsLong();
    return since.isPresent()
        && !isLate(inHand, now)
        && now - lastLook <= STALE_NANOS
        && now - since.getAsLong() >= duration.toNanos();
  }

  /** Nothing lies unread, nor is any report still to be kept. */
  synchronized boolean withAllReports() {
    return forAtLeast(Duration.ZERO) && !isLate(reportsInHand, nanoTime.getAsLong());
  }

  /** The share of the reports that is in PostgreSQL; none of it while this is behind. */
  synchronized Share share() {
    return withAllReports() ? share : new Share(0, share.of);
  }

  private synchronized void begin(Object token) {
    inHand.put(token, nanoTime.getAsLong());
  }

  /** It may have been late since the last look, and nobody has asked meanwhile. */
  private synchronized void end(Object token) {
    if (isLate(inHand, nanoTime.getAsLong())) {
      no();
    }
    inHand.remove(token);
  }

  private static boolean isLate(Map<Object, Long> inHand, long now) {
    return inHand.values().stream()
        .findFirst()
        .map(oldest -> now - oldest > LOOK.toNanos())
        .orElse(false);
  }
}
