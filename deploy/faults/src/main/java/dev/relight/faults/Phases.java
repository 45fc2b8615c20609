package dev.relight.faults;

import java.util.ArrayList;
import java.util.List;

/** Where the time of a row has gone. */
final class Phases {
  private static final double NANOS = 1e9;

  private final List<String> done = new ArrayList<>();
  private final long start = System.nanoTime();
  private long last = start;

  /** The phase of this name is over. */
  void mark(String name) {
    long now = System.nanoTime();
    done.add("%s %.0f".formatted(name, (now - last) / NANOS));
    last = now;
  }

  /** In seconds. */
  @Override
  public String toString() {
    return "%.0f s (%s)".formatted((last - start) / NANOS, String.join(", ", done));
  }
}
