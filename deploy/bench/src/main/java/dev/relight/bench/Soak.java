package dev.relight.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether anything grows that should not while the system does the same for long: a task every 50
 * ms. What is kept of each task grows with their number; so it is told for one.
 */
final class Soak {
  private static final int HOSTS = 200;
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int QUICK_MINUTES = 2;

  /** A sample each minute, or more often where the whole time is short. */
  private static final int LEAST_SAMPLES = 12;

  private final Bench bench;
  private final Queue<Long> free = new ConcurrentLinkedQueue<>();
  private final Map<Long, Long> hostOfTask = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Soak(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure(List<Integer> minutes) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int length : minutes) {
      results.addAll(measure(bench.isQuick() ? Math.min(length, QUICK_MINUTES) : length));
    }
    return results;
  }

  private List<Result> measure(int minutes) throws Exception {
    free.clear();
    free.addAll(bench.hosts(HOSTS));
    long total = TimeUnit.MINUTES.toNanos(minutes);
    long between = Math.min(TimeUnit.MINUTES.toNanos(1), total / LEAST_SAMPLES);
    Map<String, List<Double>> series = new LinkedHashMap<>();
    long start = System.nanoTime();
    long asked = 0;
    try (Gauges gauges = new Gauges(bench)) {
      for (long now = 0, sampled = 0; now < total; now = System.nanoTime() - start) {
        for (; asked < now / INTERVAL_NANOS && !free.isEmpty(); asked++) {
          submit(free.remove());
        }
        for (long task : bench.tasks().ended(hostOfTask.keySet())) {
          free.add(hostOfTask.remove(task));
        }
        if (now - sampled >= between) {
          sampled = now;
          note(now, gauges.read(), series);
        }
        LockSupport.parkNanos(INTERVAL_NANOS / 5);
      }
    }
    bench.tasks().awaitEndOfAll();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.size() + " requests failed", failures.peek());
    }
    return series.entrySet().stream().map(e -> Trend.of(e.getValue()).result(e.getKey())).toList();
  }

  private void submit(long host) throws Exception {
    bench
        .api()
        .restartLater(host)
        .whenComplete(
            (task, failure) -> {
              if (failure == null) {
                hostOfTask.put(task, host);
              } else {
                failures.add(failure);
              }
            });
  }

  private static void note(long now, Map<String, Double> values, Map<String, List<Double>> series) {
    StringBuilder line =
        new StringBuilder("  %5d s".formatted(TimeUnit.NANOSECONDS.toSeconds(now)));
    values.forEach(
        (name, value) -> {
          series.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
          line.append("  %s %s".formatted(name, Result.rounded(value)));
        });
    System.out.println(line);
  }
}
