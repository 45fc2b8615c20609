package dev.relight.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a number stays what it is over time.
 *
 * @param begin median of the second quarter of its samples: the first one is for warming up
 * @param end median of the last quarter
 */
record Trend(double begin, double end) {
  /** What is noise: a fifth, and a little of what is small. */
  private static final double TOLERANCE = 1.2;

  private static final double LITTLE = 5;

  /** Of at least four samples, in their order. */
  static Trend of(List<Double> samples) {
    int quarter = samples.size() / 4;
    if (quarter == 0) {
      throw new IllegalArgumentException("A trend takes four samples, not " + samples.size());
    }
    return new Trend(
        median(samples.subList(quarter, 2 * quarter)),
        median(samples.subList(samples.size() - quarter, samples.size())));
  }

  boolean isFlat() {
    return end <= begin * TOLERANCE + LITTLE;
  }

  Result result(String what) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("what", what);
    values.put("begin", Result.rounded(begin));
    values.put("end", Result.rounded(end));
    values.put("flat", isFlat());
    return new Result(Figure.soak.name(), values);
  }

  private static double median(List<Double> samples) {
    return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElseThrow();
  }
}
