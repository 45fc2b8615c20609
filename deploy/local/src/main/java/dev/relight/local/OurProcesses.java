package dev.relight.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Processes of this machine that are proven to be ours: a shell or Java with an argument that
 * nobody else would give it.
 */
final class OurProcesses {
  private static final Set<String> PROGRAMS = Set.of("sh", "dash", "bash", "busybox", "java");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 20;

  private final List<ProcessHandle> found;

  private OurProcesses(List<ProcessHandle> found) {
    this.found = found;
  }

  /** Those that run now and have an argument of that kind. */
  static OurProcesses of(Predicate<String> argument) {
    return new OurProcesses(
        ProcessHandle.allProcesses().filter(process -> isOurs(process, argument)).toList());
  }

  List<ProcessHandle> found() {
    return found;
  }

  /** Asks them to end. */
  OurProcesses terminate() {
    found.forEach(ProcessHandle::destroy);
    return this;
  }

  /** Returns when all have ended, or after some seconds, with whether they have. */
  boolean awaitEnd() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (found.stream().anyMatch(OurProcesses::runs)) {
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

  /** Ends them, by force if need be. */
  void end() {
    if (!terminate().awaitEnd()) {
      found.stream().filter(OurProcesses::runs).forEach(ProcessHandle::destroyForcibly);
      awaitEnd();
    }
  }

  /** An orphan that ended but that nobody has reaped is alive for Java; it has no arguments. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().arguments().isPresent();
  }

  private static boolean isOurs(ProcessHandle process, Predicate<String> argument) {
    ProcessHandle.Info info = process.info();
    // A program in a container may show as the root directory, which has no name.
    String program = String.valueOf(Path.of(info.command().orElse("")).getFileName());
    return PROGRAMS.contains(program)
        && info.arguments().map(Arrays::stream).orElseGet(Stream::empty).anyMatch(argument);
  }
}
