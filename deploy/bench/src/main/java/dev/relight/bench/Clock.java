package dev.relight.bench;

import java.time.Instant;

/** The machine's clock, finer than milliseconds. */
final class Clock {
  private Clock() {}

  /** Milliseconds since the epoch. */
  static double millis() {
    return millis(Instant.now());
  }

  static double millis(Instant instant) {
    return instant.getEpochSecond() * 1e3 + instant.getNano() / 1e6;
  }
}
