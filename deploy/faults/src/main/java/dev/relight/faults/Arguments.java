package dev.relight.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What was asked for on the command line.
 *
 * @param rows the names of rows; empty for all
 * @param scale by which outages, loads and repetitions are shortened, 1 for their full length
 * @param seed of all that is left to chance
 * @param schedules how many random schedules of faults are played, in the place of rows
 * @param together whether rows share loads and checks
 * @param logs where logs are kept, null where they go with the system
 */
record Arguments(
    List<String> rows,
    double scale,
    long seed,
    int schedules,
    boolean list,
    boolean together,
    Path logs) {
  static final String USAGE =
      """
      usage: deploy/local/faults [OPTION]...

      Starts a whole system on this machine, breaks it in every way that is in the matrix, and
      checks after each that nothing is lost, done twice, or said wrongly. About half an hour.

        --row NAME      only this row; may be given several times
        --list          tell the rows
        --scale N       shorten outages and loads, 0.1 for a tenth (1)
        --seed N        the same random choices again
        --schedules N   instead of rows, so many random schedules of faults
        --together      several rows under one load, with one check at their end: sooner done
        --logs DIR      keep all logs there
        --help          show this text
      """;

  static Arguments parse(String... arguments) {
    List<String> rows = new ArrayList<>();
    double scale = 1;
    long seed = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    int schedules = 0;
    boolean list = false;
    boolean together = false;
    Path logs = null;
    Iterator<String> words = List.of(arguments).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--row" -> rows.add(Rows.named(value(word, words)).name());
        case "--list" -> list = true;
        case "--scale" -> scale = Double.parseDouble(value(word, words));
        case "--seed" -> seed = Long.parseLong(value(word, words));
        case "--schedules" -> schedules = Integer.parseInt(value(word, words));
        case "--together" -> together = true;
        case "--logs" -> logs = Path.of(value(word, words));
        default -> throw new IllegalArgumentException("Unknown option " + word + "; try --help");
      }
    }
    return new Arguments(rows, scale, seed, schedules, list, together, logs);
  }

  /** Whether the row is to be played. */
  boolean wants(Row row) {
    return rows.isEmpty() || rows.contains(row.name());
  }

  private static String value(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException("Option " + option + " needs a value");
    }
    return words.next();
  }
}
