package dev.relight.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds and ends the server process of a PostgreSQL data directory, whoever started it. */
final class Postmaster {
  private static final Duration FAST = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;

  private final Path cluster;

  Postmaster(Path cluster) {
    this.cluster = cluster;
  }

  /** Returns when no server works on the directory any more. */
  void stop() throws IOException {
    if (!ended("INT", FAST) && !ended("QUIT", IMMEDIATE)) {
      throw new IOException("PostgreSQL of " + cluster + " does not stop; its pid: " + pid());
    }
  }

  /** Waits for a server that was told to stop before. */
  boolean awaitEnd() throws IOException {
    return awaitEnd(FAST);
  }

  private boolean ended(String signal, Duration patience) throws IOException {
    Optional<ProcessHandle> server = find();
    if (server.isEmpty()) {
      return true;
    }
    // Java can send TERM and KILL only: the one waits for all clients, the other loses the log.
    new ProcessBuilder("kill", "-" + signal, Long.toString(server.get().pid())).start();
    return awaitEnd(patience);
  }

  /** Not by {@code ProcessHandle.onExit}: an orphan that nobody reaps never exits for Java. */
  private boolean awaitEnd(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (find().isPresent()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** The process of the pid file, if it runs postgres on this very directory. */
  private Optional<ProcessHandle> find() throws IOException {
    return pid().flatMap(ProcessHandle::of).filter(this::worksHere);
  }

  private Optional<Long> pid() throws IOException {
    try {
      List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
      return lines.stream().findFirst().map(String::strip).map(Long::valueOf);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean worksHere(ProcessHandle process) {
    List<String> arguments =
        Arrays.asList(process.info().arguments().orElseGet(() -> new String[0]));
    return process.info().command().orElse("").endsWith("postgres")
        && arguments.contains(cluster.toString());
  }
}
