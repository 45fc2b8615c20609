package dev.relight.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What was asked for on the command line.
 *
 * @param figures what to measure
 * @param quick whether a first impression is enough
 */
record Arguments(List<Figure> figures, boolean quick) {

  static Arguments parse(String... args) {
    List<Figure> figures = new ArrayList<>();
    boolean quick = false;
    for (String arg : args) {
      if (arg.equals("--quick")) {
        quick = true;
      } else {
        figures.add(figure(arg));
      }
    }
    return new Arguments(figures.isEmpty() ? List.of(Figure.values()) : figures, quick);
  }

  private static Figure figure(String name) {
    try {
      return Figure.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "There is no figure '%s'; there are %s. Usage: run [figure…] [--quick]"
              .formatted(name, Arrays.toString(Figure.values())),
          e);
    }
  }
}
