package dev.relight.worker.transport;

import java.time.Duration;
import java.util.OptionalLong;

/** How long a host has been lost that was reached before. */
final class Absence {
  private boolean endedBefore;
  private OptionalLong since = OptionalLong.empty();

  /** The host is there. */
  synchronized void end() {
    endedBefore = true;
    since = OptionalLong.empty();
  }

  /** The host was lost, now or already. */
  synchronized void begin() {
    if (since.isEmpty()) {
      since = OptionalLong.of(System.nanoTime());
    }
  }

  /** Whether the host was ever reached. */
  synchronized boolean hasEndedBefore() {
    return endedBefore;
  }

  synchronized boolean isLongerThan(Duration limit) {
    return since.isPresent() && System.nanoTime() - since.getAsLong() > limit.toNanos();
  }
}
