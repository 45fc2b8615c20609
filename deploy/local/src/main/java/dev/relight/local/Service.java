package dev.relight.local;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A packaged service in a process of its own, which is started again whenever it dies. */
public final class Service implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A service that lived that long did not die of how it was started. */
  private static final Duration LIVED = Duration.ofSeconds(30);

  private static final Duration ORDERLY_STOP = Duration.ofSeconds(15);
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Ends process $1 when standard input does, as it does with whoever holds its other end. */
  private static final String GUARD =
      """
      read -r never
      kill -TERM "$1"
      left=100
      while [ $left -gt 0 ] && kill -0 "$1"; do sleep 0.1; left=$((left - 1)); done
      kill -KILL "$1"
      """;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String name;
  private final int port;
  private final Path log;
  private final ProcessBuilder builder;
  private final Consumer<String> progress;
  private Process process;
  private Process guard;
  private Duration pause = FIRST_PAUSE;
  private boolean diedEver;
  private boolean closed;

  /**
   * Starts the service.
   *
   * @param name such as {@code worker-1}
   * @param port where it answers health checks on the loopback interface
   * @param log the file that takes its output
   * @param progress hears of its deaths
   */
  Service(String name, int port, ProcessBuilder builder, Path log, Consumer<String> progress)
      throws IOException {
    this.name = name;
    this.port = port;
    this.log = log;
    this.builder = builder;
    this.progress = progress;
    builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    launch();
  }

  /** Such as {@code worker-1}. */
  public String name() {
    return name;
  }

  /** Where it answers on the loopback interface. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The process that runs now, or that died and has no successor yet. */
  public synchronized ProcessHandle process() {
    return process.toHandle();
  }

  /** Whether it says itself that it can work. */
  public boolean isReady() throws InterruptedException {
    HttpRequest probe =
        HttpRequest.newBuilder(uri().resolve("/q/health/ready")).timeout(PROBE).build();
    try {
      return HTTP.send(probe, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Ends its process in good order, starts another, and answers how long that took to be ready. */
  public Duration restart() throws IOException, InterruptedException {
    long start;
    synchronized (this) {
      closed = true;
      process.destroy();
      process.waitFor();
      guard.destroy();
      closed = false;
      start = System.nanoTime();
      launch();
    }
    while (!isReady()) {
      Thread.sleep(5);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  synchronized boolean diedEver() {
    return diedEver;
  }

  Path log() {
    return log;
  }

  /** Asks it to end, without waiting for that. */
  synchronized void terminate() {
    closed = true;
    process.destroy();
  }

  /** Ends it for good: in good order if it can within some seconds. */
  @Override
  public void close() {
    terminate();
    try {
      if (!process.waitFor(ORDERLY_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    guard.destroy();
  }

  private synchronized void launch() throws IOException {
    process = builder.start();
    String pid = Long.toString(process.pid());
    guard = new ProcessBuilder("sh", "-c", GUARD, "guard", pid).start();
    long startedAt = System.nanoTime();
    process
        .onExit()
        .thenAccept(dead -> died(dead, Duration.ofNanos(System.nanoTime() - startedAt)));
  }

  private synchronized void died(Process dead, Duration lived) {
    if (dead != process) {
      return;
    }
    guard.destroy();
    if (closed) {
      return;
    }
    diedEver = true;
    pause =
        lived.compareTo(LIVED) > 0 ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    progress.accept(
        "%s (pid %d) died with exit code %d and is started again; see %s"
            .formatted(name, dead.pid(), dead.exitValue(), log));
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(this::again);
  }

  private synchronized void again() {
    if (closed) {
      return;
    }
    try {
      launch();
    } catch (IOException e) {
      progress.accept(name + " cannot be started again: " + e.getMessage());
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
