package dev.relight.local;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code deploy/local/run}: a {@link LocalSystem} between its start and Ctrl-C. */
public final class Main {
  private static final double MILLIS_PER_SECOND = 1_000.0;

  private Main() {}

  /** Ends with exit code 1 and one line when the system cannot be started. */
  public static void main(String... arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return;
    }
    try {
      LocalSystem system = new LocalSystem(Options.parse(arguments), progress());
      Runtime.getRuntime().addShutdownHook(new Thread(system::close, "stop"));
      system.start();
      System.out.print(new Welcome(system).text());
    } catch (StartFailure | IOException e) {
      System.err.println("relight: " + e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static Consumer<String> progress() {
    long start = System.nanoTime();
    return line -> {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      System.out.printf("[%5.1f s] %s%n", millis / MILLIS_PER_SECOND, line);
    };
  }
}
