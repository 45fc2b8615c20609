package dev.relight.faults;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A process of the system under test, to be hurt in all the ways in which processes are. */
final class Node implements AutoCloseable {
  /** Ends process $1 when standard input does, as it does with whoever holds its other end. */
  private static final String GUARD = "read -r never; kill -KILL \"$1\"";

  /**
   * One that starts leaves the others their time, as on a machine of its own; only root may give it
   * its share when it is there.
   */
  private static final boolean GENTLE = System.getProperty("user.name").equals("root");

  /** Of all threads of process $1; the second time of those that began meanwhile. */
  private static final String NO_LONGER_GENTLE =
      "for time in 1 2; do renice -n 0 -p $(ls /proc/$1/task); done >/dev/null 2>&1";

  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration ORDERLY = Duration.ofSeconds(40);
  private static final Duration START = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 20;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String name;
  private final int port;
  private final boolean tellsHealth;
  private final Path log;
  private final Supplier<ProcessBuilder> builder;
  private final Consumer<String> complaints;
  private final Map<String, String> environment = new HashMap<>();
  private Process process;
  private Process guard;
  private boolean stopped;
  private boolean gentle;

  /** It could work, and nobody has ended it since. */
  private boolean mustLive;

  /**
   * A process that is not started yet.
   *
   * @param port where it answers on loopback
   * @param tellsHealth whether it answers questions about its readiness there
   * @param complaints is told that it ended by itself
   */
  Node(
      String name,
      int port,
      boolean tellsHealth,
      Path log,
      Supplier<ProcessBuilder> builder,
      Consumer<String> complaints) {
    this.name = name;
    this.port = port;
    this.tellsHealth = tellsHealth;
    this.log = log;
    this.builder = builder;
    this.complaints = complaints;
  }

  String name() {
    return name;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return log;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Variables that it gets when it is started next. */
  Map<String, String> environment() {
    return environment;
  }

  /** Starts it, unless it runs. */
  void start() throws IOException {
    if (isAlive()) {
      return;
    }
    complainOfEnd();
    ProcessBuilder next = builder.get();
    next.environment().putAll(environment);
    gentle = GENTLE && tellsHealth;
    if (gentle) {
      next.command(Stream.concat(Stream.of("nice"), next.command().stream()).toList());
    }
    process =
        next.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile())).start();
    guard = new ProcessBuilder("sh", "-c", GUARD, "guard", Long.toString(process.pid())).start();
    stopped = false;
  }

  /** As a crash of the machine does it. */
  void kill() throws InterruptedException {
    if (process != null) {
      complainOfEnd();
      mustLive = false;
      process.destroyForcibly().waitFor();
      guard.destroy();
    }
  }

  /** Asks it to end in good order, and waits until it has. */
  void terminate() throws InterruptedException {
    terminate(List.of(this));
  }

  /** Asks all of them at once, and waits until they have ended. */
  static void terminate(List<Node> nodes) throws InterruptedException {
    for (Node node : nodes) {
      node.resume();
      node.complainOfEnd();
      node.mustLive = false;
      node.process.destroy();
    }
    for (Node node : nodes) {
      node.awaitEnd();
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(ORDERLY.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(name + " does not end in good order; see " + log);
    }
    guard.destroy();
  }

  /** Lets it stand still, as if its machine had hung. */
  void suspend() {
    signal("STOP");
    stopped = true;
  }

  /** Lets it go on where it stood. */
  void resume() {
    if (stopped && isAlive()) {
      signal("CONT");
    }
    stopped = false;
  }

  /** Whether it says itself that it can work. */
  boolean isReady() throws InterruptedException {
    if (!isAlive()) {
      return false;
    }
    if (!tellsHealth) {
      return true;
    }
    HttpRequest question =
        HttpRequest.newBuilder(uri().resolve("/q/health/ready")).timeout(PROBE).build();
    try {
      boolean ready = HTTP.send(question, BodyHandlers.discarding()).statusCode() == 200;
      mustLive |= ready;
      if (ready && gentle) {
        gentle = false;
        await("sh", "-c", NO_LONGER_GENTLE, "renice", Long.toString(pid()));
      }
      return ready;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Complains, once, where it has ended though nobody has ended it. */
  void complainOfEnd() {
    if (mustLive && !isAlive()) {
      mustLive = false;
      complaints.accept(name + " ended by itself; see " + log);
    }
  }

  /** Waits until it can work; starts it again where it died on the way. */
  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!isReady()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(name + " does not become ready; see " + log);
      }
      start();
      Thread.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      guard.destroy();
    }
  }

  private void signal(String signal) {
    try {
      await("kill", "-" + signal, Long.toString(pid()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command).start().waitFor();
  }
}
