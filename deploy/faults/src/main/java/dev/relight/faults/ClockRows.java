package dev.relight.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Clocks that are wrong, by libfaketime where that is installed. */
final class ClockRows {
  private static final String LIBRARY = "libfaketime.so.1";
  private static final long WRONG_MILLIS = 500_000;
  private static final int DEPTH = 3;
  private static final List<Path> PLACES = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));

  static final List<Row> ALL =
      List.of(
          new Row(
              "worker-clock",
              "a worker's clock is 10 minutes slow",
              "nothing: leases and deadlines are in PostgreSQL's time",
              stack -> missing(),
              scene ->
                  shift(
                      scene,
                      scene.any(scene.stack().workers()),
                      "-600s",
                      () -> scene.witness().reports().stream().map(Witness.Report::at))),
          new Row(
              "control-plane-clock",
              "a control plane's clock is 10 minutes fast",
              "nothing: leases and deadlines are in PostgreSQL's time",
              stack -> missing(),
              scene ->
                  shift(
                      scene,
                      scene.any(scene.stack().controlPlanes()),
                      "+600s",
                      () -> scene.witness().commands().stream().map(Witness.Command::at))));

  private ClockRows() {}

  /**
   * Starts the service with a wrong clock.
   *
   * @param said when the likes of it have said something, each by its own clock
   */
  private static void shift(Scene scene, Node service, String by, Supplier<Stream<Long>> said)
      throws Exception {
    // What it writes on a record is its own time, by which nobody can tell what was first.
    scene.timesAreWrong();
    String library = library().orElseThrow().toString();
    Map<String, String> wrong =
        Map.of(
            "LD_PRELOAD",
            library,
            "FAKETIME",
            by,
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // Else the threads of a JVM that wait would do so busily.
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0");
    service.environment().putAll(wrong);
    try {
      service.terminate();
      service.start();
      service.awaitReady();
      scene.now();
      scene.pass(30, 3);
      scene.awaitFelt(() -> said.get().anyMatch(ClockRows::isWrong));
    } finally {
      wrong.keySet().forEach(service.environment()::remove);
      service.terminate();
      service.start();
    }
  }

  private static boolean isWrong(long at) {
    return Math.abs(at - System.currentTimeMillis()) > WRONG_MILLIS;
  }

  private static Optional<String> missing() {
    return library().isPresent() ? Optional.empty() : Optional.of(LIBRARY + " is not installed");
  }

  private static Optional<Path> library() {
    for (Path place : PLACES) {
      try (Stream<Path> files =
          Files.find(place, DEPTH, (file, attributes) -> file.endsWith(LIBRARY))) {
        Optional<Path> found = files.findFirst();
        if (found.isPresent()) {
          return found;
        }
      } catch (IOException e) {
        // Not there, or not for us.
      }
    }
    return Optional.empty();
  }
}
