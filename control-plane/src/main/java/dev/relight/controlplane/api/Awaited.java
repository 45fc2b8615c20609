package dev.relight.controlplane.api;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** What the thread that writes an answer reads from PostgreSQL while it writes. */
final class Awaited {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Awaited() {}

  static <T> T now(Uni<T> read) {
    return read.await().atMost(LIMIT);
  }
}
