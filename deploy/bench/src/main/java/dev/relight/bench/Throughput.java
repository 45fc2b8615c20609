package dev.relight.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;

/**
 * How much gets done when many one-host tasks run at once: each that ends is followed by another.
 * Counted are the five subtasks of a task that a worker does; {@code all_per_s} counts its four
 * wait nodes, too, which are stored and told of as subtasks are.
 */
final class Throughput {
  private static final int SUBTASKS = 5;
  private static final int ALL_SUBTASKS = 9;
  private static final int WARMUP_SECONDS = 5;

  private final Bench bench;

  Throughput(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure(List<Integer> sizes) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int inFlight : sizes) {
      run(inFlight, WARMUP_SECONDS);
      results.add(run(inFlight, bench.seconds()));
    }
    // Behind all of them, as what it leaves PostgreSQL to clean up would slow the next one down.
    for (int i = 0; i < sizes.size(); i++) {
      double rate = bench.floor().perSecond(sizes.get(i), bench.seconds() / 3);
      results.set(i, results.get(i).and("floor_per_s", Result.rounded(rate)));
    }
    return results;
  }

  /** Lets the compilers finish first: on a small machine they take more of it than the work. */
  void warmUp() throws Exception {
    run(200, bench.warmupSeconds());
  }

  /** How many one-host tasks end in a second. */
  double tasksPerSecond(int inFlight) throws Exception {
    run(inFlight, WARMUP_SECONDS);
    return ((Number) run(inFlight, bench.seconds()).values().get("per_s")).doubleValue() / SUBTASKS;
  }

  private Result run(int inFlight, int seconds) throws Exception {
    Map<Long, Long> hostOfTask = new ConcurrentHashMap<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Phaser asked = new Phaser(1);
    for (long host : bench.hosts(inFlight)) {
      submit(host, hostOfTask, failures, asked);
    }
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    long done = 0;
    long now = start;
    while (now < end && failures.isEmpty()) {
      for (long task : bench.tasks().ended(hostOfTask.keySet())) {
        done++;
        submit(hostOfTask.remove(task), hostOfTask, failures, asked);
      }
      // The more there are, the more a look costs, and the less one host's pause counts.
      LockSupport.parkNanos(Math.min(inFlight, 10) * 1_000_000L);
      now = System.nanoTime();
    }
    asked.arriveAndAwaitAdvance();
    bench.tasks().awaitEndOfAll();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.get(0));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("in_flight", inFlight);
    values.put("seconds", seconds);
    values.put("tasks", done);
    values.put("per_s", Result.rounded(done * SUBTASKS * 1e9 / (now - start)));
    values.put("all_per_s", Result.rounded(done * ALL_SUBTASKS * 1e9 / (now - start)));
    return new Result(Figure.subtasks_per_s.name(), values);
  }

  private void submit(long host, Map<Long, Long> hostOfTask, List<Throwable> failures, Phaser asked)
      throws IOException {
    asked.register();
    bench
        .api()
        .restartLater(host)
        .whenComplete(
            (task, failure) -> {
              if (failure != null) {
                failures.add(failure);
              } else {
                hostOfTask.put(task, host);
              }
              asked.arriveAndDeregister();
            });
  }
}
