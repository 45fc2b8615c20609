package dev.relight.bench;

import java.util.List;
import java.util.Map;

/** One thing to measure. */
enum Figure {
  submit_ms("time to the last byte of the answer, per number of hosts", 1, 100, 1_000, 10_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Requests(bench).untilAnswered(name(), sizes);
    }
  },
  makespan_ms(
      "time from the request to the end of the task, per number of hosts", 1, 100, 1_000, 10_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Requests(bench).untilDone(name(), sizes);
    }
  },
  hop_ms(
      "time from a worker's report to the next command at the worker, per subtasks a second", 100) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Delays(bench).hops(sizes);
    }
  },
  event_ms("time from a change to its event at a consumer, per subtasks a second", 100) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Delays(bench).events(sizes);
    }
  },
  subtasks_per_s(
      "subtasks done by workers per second, with one-host tasks in flight", 1, 10, 200, 2_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Throughput(bench).measure(sizes);
    }
  },
  rss_mb("resident memory of the services after all of the above") {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Memory(bench).measure();
    }
  },
  ready_ms("time from the start of a service, alone, until it is ready, and its memory then") {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Startup(bench).measure();
    }
  },
  history_ms(
      "time to the last byte of lists of past tasks, and of one task, per number of subtasks",
      1_000_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new History(bench).measure(sizes);
    }

    @Override
    void warmUp(Bench bench) {
      // It asks for what nothing else does, and by itself before it measures.
    }
  },
  overload("what becomes of ten times as much as can be done, per seconds of it", 300) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Overload(bench).measure(sizes);
    }

    @Override
    boolean isOnlyMeasuredWhenNamed() {
      return true;
    }
  },
  streams("what becomes of more live streams than there may be", 10_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Streams(bench).measure(sizes);
    }

    @Override
    void warmUp(Bench bench) {
      // It is not about how long anything takes.
    }

    @Override
    boolean isOnlyMeasuredWhenNamed() {
      return true;
    }
  },
  ssh_hosts("what a worker takes that restarts so many hosts over SSH at once", 1_000, 10_000) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new SshHosts(bench).measure(sizes);
    }

    @Override
    void warmUp(Bench bench) {
      // As above.
    }

    @Override
    boolean isOnlyMeasuredWhenNamed() {
      return true;
    }
  },
  soak("whether anything grows while the load stays the same, per minutes of it", 60) {
    @Override
    List<Result> measure(Bench bench, List<Integer> sizes) throws Exception {
      return new Soak(bench).measure(sizes);
    }

    @Override
    Map<String, String> settings(List<Integer> sizes, boolean quick) {
      return Soak.settings(sizes, quick);
    }

    @Override
    boolean isOnlyMeasuredWhenNamed() {
      return true;
    }
  };

  private final String meaning;
  private final List<Integer> sizes;

  Figure(String meaning, Integer... sizes) {
    this.meaning = meaning;
    this.sizes = List.of(sizes);
  }

  /** What the numbers say. */
  String meaning() {
    return meaning;
  }

  /** What it is measured with where nothing else is asked for. */
  List<Integer> sizes() {
    return sizes;
  }

  /** Whether it takes so much or so long that nobody is to get it who does not ask for it. */
  boolean isOnlyMeasuredWhenNamed() {
    return false;
  }

  /** What services that are started for it are told. */
  Map<String, String> settings(List<Integer> sizes, boolean quick) {
    return Map.of();
  }

  /** Whatever is to be done once before it or another one like it is measured. */
  void warmUp(Bench bench) throws Exception {
    bench.warmUp();
  }

  abstract List<Result> measure(Bench bench, List<Integer> sizes) throws Exception;
}
