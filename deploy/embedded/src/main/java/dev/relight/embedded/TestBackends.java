package dev.relight.embedded;

import java.io.IOException;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives every integration test of a JVM one PostgreSQL and one Kafka, named by the system
 * properties that the services read.
 *
 * <p>It works only where the system property {@value #SWITCH} is true, as it is in Failsafe's runs.
 * Where a container engine answers it takes containers; the environment can forbid them by {@code
 * RELIGHT_TEST_BACKENDS=embedded} or insist on them by {@code RELIGHT_TEST_BACKENDS=containers}.
 */
public final class TestBackends implements LauncherSessionListener {
  private static final String SWITCH = "relight.test.backends";
  private static final String CHOICE = "RELIGHT_TEST_BACKENDS";

  /** Those that tell their whole life. Held here, as a logger that is not forgets its level. */
  private static final Map<Logger, Level> CHATTY =
      Map.of(
          Logger.getLogger("kafka"), Level.WARNING,
          Logger.getLogger("org.apache.kafka"), Level.WARNING,
          Logger.getLogger("state.change.logger"), Level.WARNING,
          Logger.getLogger("io.zonky"), Level.WARNING,
          // Takes a missing container engine for an error.
          Logger.getLogger("org.testcontainers.dockerclient"), Level.OFF);

  private Backends running;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (!Boolean.getBoolean(SWITCH)) {
      return;
    }
    CHATTY.forEach(Logger::setLevel);
    try {
      running = wantsContainers() ? new ContainerBackends() : new EmbeddedBackends();
    } catch (IOException e) {
      throw new IllegalStateException("The tests have no PostgreSQL and Kafka", e);
    }
    running.settings().forEach(System::setProperty);
    System.out.println("Integration tests on " + running.description());
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (running == null) {
      return;
    }
    running.settings().keySet().forEach(System::clearProperty);
    try {
      running.close();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL and Kafka of the tests did not stop", e);
    }
  }

  private static boolean wantsContainers() {
    String wanted = System.getenv().getOrDefault(CHOICE, "");
    return switch (wanted) {
      case "" -> ContainerBackends.areAvailable();
      case "containers" -> true;
      case "embedded" -> false;
      default ->
          throw new IllegalStateException(
              CHOICE + " is '" + wanted + "'; it can be 'embedded', 'containers' or nothing");
    };
  }
}
