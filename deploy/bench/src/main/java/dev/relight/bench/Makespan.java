package dev.relight.bench;

import java.util.ArrayList;
import java.util.List;

/** How long a batch restart takes, from the request to the end of the task in PostgreSQL. */
final class Makespan {
  private static final int[] HOSTS = {1, 100, 1_000, 10_000};

  private final Bench bench;

  Makespan(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure() throws Exception {
    List<Result> results = new ArrayList<>();
    for (int hosts : HOSTS) {
      double[] samples = new double[bench.runs(hosts)];
      for (int run = -bench.warmups(hosts); run < samples.length; run++) {
        List<Long> ids = bench.hosts(hosts);
        long start = System.nanoTime();
        long task = bench.api().taskId(bench.api().restart(ids));
        bench.tasks().awaitEnd(task);
        double millis = (System.nanoTime() - start) / 1e6;
        if (run >= 0) {
          samples[run] = millis;
        }
      }
      results.add(Result.of(Figure.makespan_ms.name(), "hosts", hosts, samples));
    }
    return results;
  }
}
