package dev.relight.bench;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What becomes of ten times as many requests as can be done: those that are accepted are done, the
 * others refused politely, and soon afterwards everything is as before.
 */
final class Overload {
  private static final int TIMES = 10;
  private static final int USERS = 8;
  private static final int IN_FLIGHT = 200;
  private static final int HOSTS = 2_000;
  private static final int CALM_HOSTS = 5;
  private static final int CALM_SAMPLES = 50;
  private static final int MOST_ASKED = 2_000;
  private static final double RECOVERY_SECONDS = 30;
  private static final double PATIENCE_SECONDS = 300;

  private final Bench bench;
  private final Semaphore room = new Semaphore(MOST_ASKED);
  private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger conflicts = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  Overload(Bench bench) {
    this.bench = bench;
  }

  /**
   * Once for each length.
   *
   * @param seconds how long the load goes on
   */
  List<Result> measure(List<Integer> seconds) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int length : seconds) {
      results.add(measure(Math.max(10, length / bench.quickDivisor())));
    }
    return results;
  }

  private Result measure(int seconds) throws Exception {
    accepted.clear();
    List<Long> hosts = bench.hosts(HOSTS + CALM_HOSTS);
    List<Long> calmHosts = hosts.subList(HOSTS, HOSTS + CALM_HOSTS);
    double sustainable = new Throughput(bench).tasksPerSecond(IN_FLIGHT);
    double[] calm = new double[CALM_SAMPLES];
    for (int i = 0; i < calm.length; i++) {
      calm[i] = makespan(calmHosts.get(i % CALM_HOSTS));
    }
    Arrays.sort(calm);
    int offered;
    double recovery;
    try (LoadUsers load = new LoadUsers(bench, USERS)) {
      offered = load(load.apis(), hosts.subList(0, HOSTS), sustainable * TIMES, seconds);
      recovery = recovery(calmHosts, 2 * Result.percentile(calm, 99));
    }
    room.acquire(MOST_ASKED);
    room.release(MOST_ASKED);
    bench.tasks().awaitEndOfAll();
    int lost = accepted.size() - bench.tasks().successful(accepted).size();
    failures.stream().distinct().limit(5).forEach(System.out::println);

    Map<String, Object> values = new LinkedHashMap<>();
    values.put("seconds", seconds);
    values.put("sustainable_per_s", Result.rounded(sustainable));
    values.put("offered_per_s", Result.rounded(offered / (double) seconds));
    values.put("accepted", accepted.size());
    values.put("host_held", conflicts.get());
    values.put("refused", refused.get());
    values.put("failed", failed.get());
    values.put("lost", lost);
    values.put("calm_p99_ms", Result.rounded(Result.percentile(calm, 99)));
    values.put("normal_after_s", Result.rounded(recovery));
    values.put("passed", failed.get() == 0 && lost == 0 && recovery <= RECOVERY_SECONDS);
    return new Result(Figure.overload.name(), values);
  }

  /** Asks for so many tasks a second, whatever is answered; says how many it asked for. */
  private int load(List<Api> users, List<Long> hosts, double perSecond, int seconds)
      throws Exception {
    long start = System.nanoTime();
    int asked = 0;
    for (double now = 0; now < seconds; now = (System.nanoTime() - start) / 1e9) {
      for (int due = (int) (now * perSecond); asked < due && room.tryAcquire(); asked++) {
        ask(users.get(asked % USERS), hosts.get(asked % hosts.size()));
      }
      LockSupport.parkNanos(1_000_000);
    }
    room.acquire(MOST_ASKED);
    room.release(MOST_ASKED);
    return asked;
  }

  private void ask(Api api, long host) throws Exception {
    api.ask(host)
        .whenComplete(
            (answer, failure) -> {
              room.release();
              if (failure == null) {
                count(api, answer);
              } else {
                failed.incrementAndGet();
                failures.add(failure.toString());
              }
            });
  }

  private void count(Api api, HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    boolean saysWhen = answer.headers().firstValue("Retry-After").isPresent();
    if (status == 200) {
      accepted.add(api.taskId(answer.body()));
    } else if (status == 409) {
      conflicts.incrementAndGet();
    } else if ((status == 429 || status == 503) && saysWhen) {
      refused.incrementAndGet();
    } else {
      failed.incrementAndGet();
      failures.add(status + " " + new String(answer.body()));
    }
  }

  /** Seconds from the end of the load until five tasks in a row took no longer than they may. */
  private double recovery(List<Long> hosts, double mayTakeMillis) throws Exception {
    long start = System.nanoTime();
    double normalSince = 0;
    for (int inARow = 0, i = 0; inARow < 5; i++) {
      double now = (System.nanoTime() - start) / 1e9;
      if (now > PATIENCE_SECONDS) {
        return now;
      }
      normalSince = inARow == 0 ? now : normalSince;
      inARow = makespan(hosts.get(i % hosts.size())) <= mayTakeMillis ? inARow + 1 : 0;
    }
    return normalSince;
  }

  /** Of one task; longer than anything where it is refused. */
  private double makespan(long host) throws Exception {
    long start = System.nanoTime();
    HttpResponse<byte[]> answer = bench.api().ask(host).get();
    if (answer.statusCode() != 200) {
      return Double.MAX_VALUE;
    }
    bench.tasks().awaitEnd(bench.api().taskId(answer.body()));
    return (System.nanoTime() - start) / 1e6;
  }
}
