package dev.relight.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Measures the figures that are named, or all of them, and prints them. */
public final class Main {
  // Held, as a logger that nobody holds forgets its level.
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private Main() {}

  /** Takes the arguments that {@code deploy/bench/run} documents. */
  public static void main(String[] args) throws Exception {
    Arguments arguments;
    try {
      arguments = Arguments.parse(System.getenv(), args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    KAFKA.setLevel(Level.WARNING);
    for (var alike : arguments.bySettings().entrySet()) {
      try (Bench bench = Bench.start(arguments.quick(), arguments.running(), alike.getKey())) {
        for (Arguments.Wanted wanted : alike.getValue()) {
          Figure figure = wanted.figure();
          figure.warmUp(bench);
          System.out.printf("%n%s: %s%n", figure, figure.meaning());
          print(figure.measure(bench, wanted.sizes()));
        }
      }
    }
    System.exit(0);
  }

  private static void print(List<Result> results) throws Exception {
    if (results.isEmpty()) {
      System.out.println("  left out: it takes a system that was started for the measurement");
    }
    ObjectMapper json = new ObjectMapper();
    for (Result result : results) {
      String row =
          result.values().entrySet().stream()
              .map(e -> "%s %-9s".formatted(e.getKey(), e.getValue()))
              .collect(Collectors.joining("  "));
      System.out.println("  " + row);
    }
    for (Result result : results) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("figure", result.figure());
      line.putAll(result.values());
      System.out.println(json.writeValueAsString(line));
    }
  }
}
