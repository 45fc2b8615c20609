package dev.relight.bench;

import dev.relight.local.Service;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a service takes from the start of its process until it says that it can work, and what
 * memory it has then.
 */
final class Startup {
  private static final int RUNS = 5;

  private final Bench bench;

  Startup(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure() throws Exception {
    List<Result> results = new ArrayList<>();
    for (Service service : bench.services()) {
      double[] samples = new double[RUNS];
      for (int run = 0; run < RUNS; run++) {
        samples[run] = service.restart().toNanos() / 1e6;
      }
      results.add(
          Result.of(Figure.ready_ms.name(), "service", service.name(), samples)
              .and("idle_mb", Memory.residentKilobytes(service.process().pid()) / 1024));
    }
    return results;
  }
}
