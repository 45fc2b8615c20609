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

/** A process of the system under test, to be hurt in all the ways in which processes are. */
final class Node implements AutoCloseable {
  /** Ends process $1 when standard input does, as it does with whoever holds its other end. */
  private static final String GUARD = "read -r never; kill -KILL \"$1\"";

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
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
