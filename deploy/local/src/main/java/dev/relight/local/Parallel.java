package dev.relight.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same for many things at once. */
final class Parallel {
  private static final int AT_ONCE = 8;

  /** What is done with one of them. */
  interface Work<T> {
    void on(T item) throws IOException;
  }

  private Parallel() {}

  /** Returns when it is done for all, or fails as the first one failed. */
  static <T> void forEach(List<T> items, Work<T> work) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (Future<Void> done : threads.invokeAll(calls(items, work))) {
        done.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> List<Callable<Void>> calls(List<T> items, Work<T> work) {
    return items.stream()
        .<Callable<Void>>map(
            item ->
                () -> {
                  work.on(item);
                  return null;
                })
        .toList();
  }
}
