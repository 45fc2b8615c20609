package dev.relight.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Whether anything grows that should not while the system does the same for long: a task every 50
 * ms. What is over is kept for a twelfth of the time, so that most of it is measured while as much
 * is forgotten as is new.
 */
final class Soak {
  private static final int HOSTS = 200;
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int QUICK_MINUTES = 2;

  /** A sample each minute, or more often where the whole time is short. */
  private static final int LEAST_SAMPLES = 12;

  private static final int KEPT_PART = 12;

  /** Those of how long something is kept of which there is more with each task. */
  private static final List<String> KEEPING =
      List.of(
          "relight.retention.tasks",
          "relight.live.keep",
          "relight.audit.keep",
          "relight.topics.retention");

  private final Bench bench;
  private final Queue<Long> free = new ConcurrentLinkedQueue<>();
  private final Map<Long, Long> hostOfTask = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Soak(Bench bench) {
    this.bench = bench;
  }

  /** What a system is told that is started for it. */
  static Map<String, String> settings(List<Integer> minutes, boolean quick) {
    int shortest = Collections.min(minutes);
    Duration kept = Duration.ofMinutes(length(shortest, quick)).dividedBy(KEPT_PART);
    return KEEPING.stream()
        .collect(Collectors.toMap(setting -> setting, setting -> kept.toString()));
  }

  List<Result> measure(List<Integer> minutes) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int length : minutes) {
      results.addAll(measure(length(length, bench.isQuick())));
    }
    return results;
  }

  private static int length(int minutes, boolean quick) {
    return quick ? Math.min(minutes, QUICK_MINUTES) : minutes;
  }

  private List<Result> measure(int minutes) throws Exception {
    free.clear();
    free.addAll(bench.hosts(HOSTS));
    long total = TimeUnit.MINUTES.toNanos(minutes);
    long between = Math.min(TimeUnit.MINUTES.toNanos(1), total / LEAST_SAMPLES);
    Map<String, List<Double>> series = new LinkedHashMap<>();
    long start = System.nanoTime();
    long asked = 0;
    long before = bench.tasks().newest();
    try (Gauges gauges = new Gauges(bench)) {
      for (long now = 0, sampled = 0; now < total; now = System.nanoTime() - start) {
        for (; asked < now / INTERVAL_NANOS && !free.isEmpty(); asked++) {
          submit(free.remove());
        }
        takeBack(bench.tasks().ended(hostOfTask.keySet()));
        if (now - sampled >= between) {
          sampled = now;
          note(now, gauges.read(), series);
        }
        LockSupport.parkNanos(INTERVAL_NANOS / 5);
      }
    }
    bench.tasks().awaitEndOfAll();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(
          failures.size() + " requests or tasks failed", failures.peek());
    }
    List<Result> results = new ArrayList<>();
    series.forEach((name, samples) -> results.add(Trend.of(samples).result(name)));
    results.add(tasks(asked, asked - bench.tasks().since(before)));
    return results;
  }

  /** Those that failed are forgotten, too; so they are noticed here. */
  private void takeBack(List<Long> ended) throws SQLException {
    if (!ended.isEmpty() && bench.tasks().successful(ended).size() < ended.size()) {
      failures.add(new IllegalStateException("not all of the tasks " + ended + " were successful"));
    }
    ended.forEach(task -> free.add(hostOfTask.remove(task)));
  }

  private static Result tasks(long made, long forgotten) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("what", "tasks");
    values.put("made", made);
    values.put("forgotten", forgotten);
    return new Result(Figure.soak.name(), values);
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
