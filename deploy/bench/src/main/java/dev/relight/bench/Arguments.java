package dev.relight.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What was asked for on the command line.
 *
 * @param wanted what to measure, in this order
 * @param quick whether a first impression is enough
 */
record Arguments(List<Wanted> wanted, boolean quick) {
  private static final String USAGE = "Usage: run [figure[=size,…]…] [--quick]";

  /**
   * A figure, and the sizes to measure it with.
   *
   * @param sizes numbers of hosts or of tasks, as the figure takes them; empty where it takes none
   */
  record Wanted(Figure figure, List<Integer> sizes) {}

  static Arguments parse(String... args) {
    List<Wanted> wanted = new ArrayList<>();
    boolean quick = false;
    for (String arg : args) {
      if (arg.equals("--quick")) {
        quick = true;
      } else {
        wanted.add(wanted(arg));
      }
    }
    return new Arguments(wanted.isEmpty() ? everything() : wanted, quick);
  }

  private static List<Wanted> everything() {
    return Arrays.stream(Figure.values()).map(f -> new Wanted(f, f.sizes())).toList();
  }

  private static Wanted wanted(String arg) {
    String[] parts = arg.split("=", 2);
    Figure figure = figure(parts[0]);
    return new Wanted(figure, parts.length == 1 ? figure.sizes() : sizes(parts[1]));
  }

  private static Figure figure(String name) {
    try {
      return Figure.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "There is no figure '%s'; there are %s. %s"
              .formatted(name, Arrays.toString(Figure.values()), USAGE),
          e);
    }
  }

  private static List<Integer> sizes(String list) {
    try {
      return Arrays.stream(list.split(",")).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is not a list of whole numbers. %s".formatted(list, USAGE), e);
    }
  }
}
