package dev.relight.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured, with what.
 *
 * @param figure name of the figure
 * @param values what was varied, then the numbers, in the order in which they are printed
 */
record Result(String figure, Map<String, Object> values) {

  /**
   * Median, 99th percentile and extremes of samples that were taken with {@code count} of {@code
   * what}.
   */
  static Result of(String figure, String what, Object count, double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(what, count);
    values.put("samples", sorted.length);
    values.put("min", rounded(sorted[0]));
    values.put("p50", rounded(percentile(sorted, 50)));
    values.put("p99", rounded(percentile(sorted, 99)));
    values.put("max", rounded(sorted[sorted.length - 1]));
    return new Result(figure, values);
  }

  /** The same, and what PostgreSQL and Kafka alone needed for it. */
  Result beside(double[] floor) {
    double[] sorted = floor.clone();
    Arrays.sort(sorted);
    return and("floor_p50", rounded(percentile(sorted, 50)))
        .and("floor_p99", rounded(percentile(sorted, 99)));
  }

  /** The same, and one more number. */
  Result and(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Result(figure, more);
  }

  static double percentile(double[] sorted, int percent) {
    int index = (int) Math.ceil(sorted.length * percent / 100.0) - 1;
    return sorted[Math.max(0, index)];
  }

  static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
