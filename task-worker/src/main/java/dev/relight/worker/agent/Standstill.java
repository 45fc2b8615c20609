package dev.relight.worker.agent;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells when the same complaint has been heard for so long that nothing else is to be expected. */
final class Standstill {
  /** A host that was away for long between two looks may have come back in the meantime. */
  private static final long MOST_BETWEEN_LOOKS = Duration.ofSeconds(2).toNanos();

  private final long limit;
  private final LongSupplier nanoTime;
  private Complaint last;
  private long lastHeard;
  private long lasted;

  /**
   * Of something that has not been looked at yet.
   *
   * @param nanoTime what {@link System#nanoTime} is
   */
  Standstill(Duration limit, LongSupplier nanoTime) {
    this.limit = limit.toNanos();
    this.nanoTime = nanoTime;
  }

  boolean isReached(Complaint complaint) {
    long now = nanoTime.getAsLong();
    lasted = complaint.equals(last) ? lasted + Math.min(now - lastHeard, MOST_BETWEEN_LOOKS) : 0;
    last = complaint;
    lastHeard = now;
    return lasted >= limit;
  }
}
