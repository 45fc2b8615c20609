package dev.relight.bench;

import java.util.ArrayList;
import java.util.List;

/** How long one batch restart takes at a time when nothing else is asked of the system. */
final class Requests {
  private final Bench bench;

  Requests(Bench bench) {
    this.bench = bench;
  }

  /** Until the last byte of the answer. */
  List<Result> untilAnswered(String figure, List<Integer> hosts) throws Exception {
    return measure(figure, hosts, false);
  }

  /** Until the task has ended in PostgreSQL. */
  List<Result> untilDone(String figure, List<Integer> hosts) throws Exception {
    return measure(figure, hosts, true);
  }

  private List<Result> measure(String figure, List<Integer> sizes, boolean untilDone)
      throws Exception {
    List<Result> results = new ArrayList<>();
    for (int hosts : sizes) {
      List<Long> ids = bench.hosts(hosts);
      for (int run = 0; run < bench.warmups(hosts); run++) {
        sample(ids, untilDone);
      }
      double[] samples = new double[bench.runs(hosts)];
      for (int run = 0; run < samples.length; run++) {
        samples[run] = sample(ids, untilDone);
      }
      results.add(Result.of(figure, "hosts", hosts, samples));
    }
    // Behind all of them, as what it leaves PostgreSQL to clean up would slow the next one down.
    for (int i = 0; i < sizes.size(); i++) {
      results.set(i, results.get(i).beside(floor(sizes.get(i), untilDone)));
    }
    return results;
  }

  private double[] floor(int hosts, boolean untilDone) throws Exception {
    double[] samples = new double[bench.runs(hosts)];
    for (int run = 0; run < samples.length; run++) {
      samples[run] = untilDone ? bench.floor().makespan(hosts) : bench.floor().submit(hosts);
    }
    return samples;
  }

  private double sample(List<Long> hostIds, boolean untilDone) throws Exception {
    long start = System.nanoTime();
    byte[] answer = bench.api().restart(hostIds);
    long answered = System.nanoTime();
    bench.tasks().awaitEnd(bench.api().taskId(answer));
    return ((untilDone ? System.nanoTime() : answered) - start) / 1e6;
  }
}
