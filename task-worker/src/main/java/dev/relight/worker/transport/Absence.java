package dev.relight.worker.transport;

import java.time.Duration;
import java.util.OptionalLong;

/** How long a host has been lost that was reached before. */
final class Absence {
  private final Duration limit;
  private boolean endedBefore;
  private OptionalLong since = OptionalLong.empty();

  /**
   * @param limit beyond which it is not waited for any more
   */
  Absence(Duration limit) {
    this.limit = limit;
  }

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

  synchronized boolean isTooLong() {
    return since.isPresent() && System.nanoTime() - since.getAsLong() > limit.toNanos();
  }

  /** What a step that waited for the host fails with. */
  HostFailure complaint(Throwable last) {
    return new HostFailure(
        "The host was lost and did not come back within %d s: %s"
            .formatted(limit.toSeconds(), last.getMessage()));
  }
}
