package dev.relight.bench;

import java.util.List;

/** One thing to measure. */
enum Figure {
  submit_ms("time to the last byte of the answer, per number of hosts") {
    @Override
    List<Result> measure(Bench bench) throws Exception {
      return new SubmitLatency(bench).measure();
    }
  },
  makespan_ms("time from the request to the end of the task, per number of hosts") {
    @Override
    List<Result> measure(Bench bench) throws Exception {
      return new Makespan(bench).measure();
    }
  },
  subtasks_per_s("subtasks done by workers per second, with one-host tasks in flight") {
    @Override
    List<Result> measure(Bench bench) throws Exception {
      return new Throughput(bench).measure();
    }
  },
  rss_mb("resident memory of the services after all of the above") {
    @Override
    List<Result> measure(Bench bench) throws Exception {
      return new Memory(bench).measure();
    }
  };

  private final String meaning;

  Figure(String meaning) {
    this.meaning = meaning;
  }

  /** What the numbers say. */
  String meaning() {
    return meaning;
  }

  abstract List<Result> measure(Bench bench) throws Exception;
}
