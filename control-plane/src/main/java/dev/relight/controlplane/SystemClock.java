package dev.relight.controlplane;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The clock that everything in this process reads. */
class SystemClock {
  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemDefaultZone();
  }
}
