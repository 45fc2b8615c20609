package dev.relight.bench;

import java.util.ArrayList;
import java.util.List;

/** How long a user waits for the answer to a batch restart. */
final class SubmitLatency {
  private static final int[] HOSTS = {1, 100, 1_000, 10_000};

  private final Bench bench;

  SubmitLatency(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure() throws Exception {
    List<Result> results = new ArrayList<>();
    for (int hosts : HOSTS) {
      double[] samples = new double[bench.runs(hosts)];
      for (int run = -bench.warmups(hosts); run < samples.length; run++) {
        List<Long> ids = bench.hosts(hosts);
        long start = System.nanoTime();
        byte[] answer = bench.api().restart(ids);
        double millis = (System.nanoTime() - start) / 1e6;
        if (run >= 0) {
          samples[run] = millis;
        }
        bench.tasks().awaitEnd(bench.api().taskId(answer));
      }
      results.add(Result.of(Figure.submit_ms.name(), "hosts", hosts, samples));
    }
    return results;
  }
}
