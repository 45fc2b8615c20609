package dev.relight.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of a row.
 *
 * @param leftOut why it was not done, null where it was
 * @param complaints what must not be
 * @param missed figures that are above what is promised, and only that
 * @param recovery until small tasks were done as soon as before
 * @param took all of the row, to the last check
 * @param tasks how many tasks were asked for and accepted
 * @param refused how many were refused as another one had a host
 */
record Verdict(
    Row row,
    String leftOut,
    List<String> complaints,
    List<String> missed,
    Duration recovery,
    Phases took,
    Map<String, Long> figures,
    int tasks,
    int refused,
    int takeovers) {

  private static final double MILLIS = 1_000.0;
  private static final int SHOWN = 10;

  static Verdict leftOut(Row row, String why) {
    return new Verdict(
        row, why, List.of(), List.of(), Duration.ZERO, new Phases(), Map.of(), 0, 0, 0);
  }

  boolean isGood() {
    return complaints.isEmpty();
  }

  /** For people, in a line and one more for each complaint. */
  String text() {
    if (leftOut != null) {
      return "%-32s LEFT OUT: %s".formatted(row.name(), leftOut);
    }
    String numbers =
        figures.entrySet().stream()
            .map(figure -> "%s %.1f s".formatted(figure.getKey(), figure.getValue() / MILLIS))
            .collect(Collectors.joining("; "));
    StringBuilder text =
        new StringBuilder(
            "%-32s %s  well again after %5.1f s; %d tasks, %d refused, %d taken over, in %s%s"
                .formatted(
                    row.name(),
                    isGood() ? "ok    " : "BROKEN",
                    recovery.toMillis() / MILLIS,
                    tasks,
                    refused,
                    takeovers,
                    took,
                    numbers.isEmpty() ? "" : "; " + numbers));
    complaints.stream().limit(SHOWN).forEach(line -> text.append("\n    ").append(line));
    if (complaints.size() > SHOWN) {
      text.append("\n    and ").append(complaints.size() - SHOWN).append(" more");
    }
    missed.forEach(line -> text.append("\n    late: ").append(line));
    return text.toString();
  }

  /** For the README: what went wrong, and how long it took. */
  String tableRow() {
    String numbers =
        figures.entrySet().stream()
            .map(figure -> "%s %.1f s".formatted(figure.getKey(), figure.getValue() / MILLIS))
            .collect(Collectors.joining("; "));
    return leftOut != null
        ? "| %s | left out: %s | |".formatted(row.what(), leftOut)
        : "| %s | %.1f s | %s |".formatted(row.what(), recovery.toMillis() / MILLIS, numbers);
  }
}
