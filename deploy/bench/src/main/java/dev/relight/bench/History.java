package dev.relight.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How long it takes to look at tasks, one answer after the other, where there are many. */
final class History {
  private static final int MOST_TASKS = 1_000_000;
  private static final int PAGE = 10;
  private static final String LIST = "/api/v2/tasks/instances";
  private static final List<String> SORTS =
      List.of(
          "",
          "sort=id",
          "sort=startTime,desc",
          "sort=startTime",
          "sort=finishTime,desc",
          "sort=finishTime",
          "sort=status,desc",
          "sort=status");
  private static final List<String> FILTERS =
      List.of(
          "",
          "name=batch",
          "name=stop%20agent",
          "status=SUCCESSFUL",
          "status=FAILED",
          "status=RUNNING",
          "type=MANUAL",
          "type=NONE",
          "hostId=",
          "name=batch&status=FAILED",
          "hostId=&status=FAILED");

  private final Bench bench;
  private final Random random = new Random(1);

  History(Bench bench) {
    this.bench = bench;
  }

  /**
   * All queries, for each size.
   *
   * @param sizes numbers of subtasks, of a million tasks at most
   */
  List<Result> measure(List<Integer> sizes) throws Exception {
    List<Result> results = new ArrayList<>();
    if (!bench.isAlone()) {
      System.out.println("Left out: it puts its own tasks in place of all that there are");
      return results;
    }
    try (PastTasks past = new PastTasks(bench.target().connect())) {
      for (int size : sizes) {
        int subtasks = size / bench.quickDivisor();
        int tasks = Math.min(subtasks, MOST_TASKS / bench.quickDivisor());
        past.fill(tasks, subtasks / tasks);
        results.addAll(queries(tasks, subtasks));
      }
    }
    return results;
  }

  private List<Result> queries(int tasks, int subtasks) throws Exception {
    List<Result> results = new ArrayList<>();
    for (String filter : FILTERS) {
      String what = filter.isEmpty() ? "all" : filter;
      List<String> first = new ArrayList<>();
      List<String> deep = new ArrayList<>();
      for (String sort : SORTS) {
        first.add(LIST + "?" + filter + "&" + sort);
        deep.add(first.get(first.size() - 1) + "&page=");
      }
      results.add(sample("first page of " + what, first, tasks, subtasks));
      if (!filter.contains("hostId") && !filter.equals("type=NONE")) {
        results.add(sample("any page of " + what, deep, tasks, subtasks));
      }
    }
    results.add(sample("100 of all", List.of(LIST + "?size=100"), tasks, subtasks));
    results.add(sample("one task", List.of(LIST + "/"), tasks, subtasks));
    return results;
  }

  /** In turns, so that the slowest of eight orders is well within what the percentile tells. */
  private Result sample(String what, List<String> paths, int tasks, int subtasks) throws Exception {
    Map<String, Long> pages = new LinkedHashMap<>();
    for (String path : paths) {
      for (int warmup = 0; warmup < 3; warmup++) {
        // The first one surveys the list; the others are as all that follow.
        pages.put(path, pages(bench.api().get(concrete(path, 1, tasks))));
      }
    }
    double[] samples = new double[(bench.quickDivisor() == 1 ? 25 : 5) * Math.max(8, paths.size())];
    for (int run = 0; run < samples.length; run++) {
      String path = paths.get(run % paths.size());
      String asked = concrete(path, pages.get(path), tasks);
      long start = System.nanoTime();
      bench.api().get(asked);
      samples[run] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(samples);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("query", what);
    values.put("tasks", tasks);
    values.put("subtasks", subtasks);
    values.put("samples", samples.length);
    values.put("p50", Result.rounded(Result.percentile(samples, 50)));
    values.put("p95", Result.rounded(Result.percentile(samples, 95)));
    values.put("max", Result.rounded(samples[samples.length - 1]));
    return new Result(Figure.history_ms.name(), values);
  }

  /** The path with what is left open in it: a page, a host or a task, any of them. */
  private String concrete(String path, long pages, int tasks) {
    String asked = path.replace("hostId=", "hostId=" + (1 + random.nextInt(PastTasks.HOSTS)));
    return asked.endsWith("page=")
        ? asked + (1 + random.nextLong(Math.max(1, pages)))
        : asked.endsWith("/") ? asked + (1 + random.nextInt(tasks)) : asked;
  }

  /** How many pages the list has that the answer is one of. */
  private long pages(byte[] answer) throws Exception {
    return bench.api().tree(answer).at("/data/page/totalElements").asLong() / PAGE;
  }
}
