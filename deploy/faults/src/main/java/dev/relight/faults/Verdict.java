package dev.relight.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of a row.
 *
 * @param leftOut why it was not done, null where it was
 * @param complaints what must not be
 * @param missed figures that are above what is promised, and only that
 * @param took all of the row, to the last check
 * @param tasks how many tasks were asked for and accepted, of all rows that were played with it
 */
record Verdict(
    Row row,
    String leftOut,
    List<String> complaints,
    List<String> missed,
    Recovery recovery,
    Phases took,
    Map<String, Long> figures,
    int tasks,
    int takeovers) {

  /**
   * How long it took until small tasks were done as soon as before.
   *
   * @param limit within that, that is
   */
  record Recovery(Duration took, Duration limit) {
    private static final Recovery NONE = new Recovery(Duration.ZERO, Duration.ZERO);

    private String text() {
      return "%.1f s".formatted(took.toMillis() / MILLIS);
    }

    private String limitText() {
      return "%.1f s".formatted(limit.toMillis() / MILLIS);
    }
  }

  static final String TABLE_HEAD =
      "| row | what goes wrong | what is to happen | well again after | |\n|---|---|---|---|---|";

  private static final double MILLIS = 1_000.0;
  private static final int SHOWN = 10;

  static Verdict leftOut(Row row, String why) {
    return new Verdict(row, why, List.of(), List.of(), Recovery.NONE, new Phases(), Map.of(), 0, 0);
  }

  /** The same, with further complaints. */
  Verdict and(List<String> further) {
    List<String> all = Stream.concat(complaints.stream(), further.stream()).toList();
    return new Verdict(row, leftOut, all, missed, recovery, took, figures, tasks, takeovers);
  }

  boolean isGood() {
    return complaints.isEmpty();
  }

  /** For people, in a line and one more for each complaint. */
  String text() {
    if (leftOut != null) {
      return "%-32s LEFT OUT: %s".formatted(row.name(), leftOut);
    }
    StringBuilder text =
        new StringBuilder(
            "%-32s %s  well again after %7s (tasks in %s); %d tasks, %d taken over, in %s%s"
                .formatted(
                    row.name(),
                    isGood() ? "ok    " : "BROKEN",
                    recovery.text(),
                    recovery.limitText(),
                    tasks,
                    takeovers,
                    took,
                    figures.isEmpty() ? "" : "; " + numbers()));
    complaints.stream().limit(SHOWN).forEach(line -> text.append("\n    ").append(line));
    if (complaints.size() > SHOWN) {
      text.append("\n    and ").append(complaints.size() - SHOWN).append(" more");
    }
    missed.forEach(line -> text.append("\n    late: ").append(line));
    return text.toString();
  }

  /** For a README: what went wrong, what came of it, and how long that took. */
  String tableRow() {
    String result =
        leftOut != null
            ? "left out: %s | ".formatted(leftOut)
            : "%s%s | %s".formatted(recovery.text(), isGood() ? "" : ", **broken**", numbers());
    return "| `%s` | %s | %s | %s |".formatted(row.name(), row.what(), row.then(), result);
  }

  private String numbers() {
    return figures.entrySet().stream()
        .map(figure -> "%s %.1f s".formatted(figure.getKey(), figure.getValue() / MILLIS))
        .collect(Collectors.joining("; "));
  }
}
