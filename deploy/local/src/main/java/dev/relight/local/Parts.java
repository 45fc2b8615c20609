package dev.relight.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;

/** What was started of a system, to be ended in the opposite order. */
final class Parts implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private volatile boolean cancelled;

  /** Takes over the end of a part; fails after {@link #cancel()}. */
  synchronized <T extends AutoCloseable> T add(T part) {
    started.push(part);
    goOn();
    return part;
  }

  /** Whether there is something to end. */
  synchronized boolean any() {
    return !started.isEmpty();
  }

  /** Makes whoever is still starting parts fail soon. */
  void cancel() {
    cancelled = true;
  }

  /** Fails after {@link #cancel()}. */
  void goOn() {
    if (cancelled) {
      throw new CancellationException("Stopped while starting");
    }
  }

  /** Ends all parts, whatever becomes of single ones. */
  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        System.err.println("While stopping: " + e);
      }
    }
  }
}
