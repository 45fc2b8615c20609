package dev.relight.worker.transport;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Lets a bounded number of works run at the same time; the others wait in line. */
final class Gate {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Gate(int places) {
    free = places;
  }

  /** Does the work when a place is free. Whoever has asked must not cancel. */
  <T> Uni<T> pass(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .<Void>emitter(turn -> enter(() -> turn.complete(null)))
        .chain(work::get)
        .onTermination()
        .invoke(this::leave);
  }

  private void enter(Runnable turn) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(turn);
        return;
      }
      free--;
    }
    turn.run();
  }

  private void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
