package dev.relight.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was asked for on the command line.
 *
 * @param wanted what to measure, in this order
 * @param quick whether a first impression is enough
 * @param running the system to measure, where it runs already
 */
record Arguments(List<Wanted> wanted, boolean quick, Optional<Target> running) {
  private static final String PASSWORD = "RELIGHT_ADMIN_PASSWORD";
  private static final String USAGE =
      """
      Usage: run [figure[=size,…]…] [--quick] [--minutes N] [--url URL --database JDBC-URL --kafka HOST:PORT [--user NAME]]
      The user is admin, if no other is named; the password is taken from RELIGHT_ADMIN_PASSWORD.""";

  /**
   * A figure, and the sizes to measure it with.
   *
   * @param sizes numbers of hosts or of tasks, as the figure takes them; empty where it takes none
   */
  record Wanted(Figure figure, List<Integer> sizes) {
    /** The soak for so many minutes; any other figure as it is. */
    private Wanted lasting(List<Integer> minutes) {
      return figure == Figure.soak ? new Wanted(figure, minutes) : this;
    }
  }

  /** What is wanted, by what the services are told for it: each takes a system of its own. */
  Map<Map<String, String>, List<Wanted>> bySettings() {
    return wanted.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.figure.settings(one.sizes, quick),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  static Arguments parse(Map<String, String> environment, String... args) {
    List<Wanted> wanted = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    boolean quick = false;
    Optional<List<Integer>> minutes = Optional.empty();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--quick")) {
        quick = true;
      } else if (args[i].equals("--minutes")) {
        minutes = Optional.of(sizes(value(args, i++)));
      } else if (List.of("--url", "--database", "--kafka", "--user").contains(args[i])) {
        options.put(args[i], value(args, i++));
      } else {
        wanted.add(wanted(args[i]));
      }
    }
    minutes.ifPresent(length -> wanted.replaceAll(figure -> figure.lasting(length)));
    return new Arguments(
        wanted.isEmpty() ? everything() : wanted, quick, running(options, environment));
  }

  private static String value(String[] args, int option) {
    if (option + 1 == args.length) {
      throw new IllegalArgumentException(args[option] + " needs a value. " + USAGE);
    }
    return args[option + 1];
  }

  private static Optional<Target> running(
      Map<String, String> options, Map<String, String> environment) {
    if (options.isEmpty()) {
      return Optional.empty();
    }
    for (String needed : List.of("--url", "--database", "--kafka")) {
      if (!options.containsKey(needed)) {
        throw new IllegalArgumentException("A running system needs " + needed + ". " + USAGE);
      }
    }
    if (!environment.containsKey(PASSWORD)) {
      throw new IllegalArgumentException("A running system needs " + PASSWORD + ". " + USAGE);
    }
    return Optional.of(
        new Target(
            URI.create(options.get("--url")),
            options.getOrDefault("--user", "admin"),
            environment.get(PASSWORD),
            options.get("--database"),
            options.get("--kafka")));
  }

  private static List<Wanted> everything() {
    return Arrays.stream(Figure.values())
        .filter(figure -> !figure.isOnlyMeasuredWhenNamed())
        .map(figure -> new Wanted(figure, figure.sizes()))
        .toList();
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
