package dev.relight.worker.agent;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells when there has been no hope for so long that there will be none. */
final class Standstill {
  /** A host that was away for long between two looks may have come back in the meantime. */
  private static final long MOST_BETWEEN_LOOKS = Duration.ofSeconds(2).toNanos();

  private final long limit;
  private final LongSupplier nanoTime;
  private boolean hopeless;
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
    boolean goesOn = hopeless && complaint.hopeless();
    lasted = goesOn ? lasted + Math.min(now - lastHeard, MOST_BETWEEN_LOOKS) : 0;
    hopeless = complaint.hopeless();
    lastHeard = now;
    return lasted >= limit;
  }
}
