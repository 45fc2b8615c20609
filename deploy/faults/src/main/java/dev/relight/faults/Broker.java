package dev.relight.faults;

import dev.relight.embedded.KafkaBroker;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program of one broker of the cluster, which is there to be killed. */
final class Broker {
  // Held, as a logger that nobody holds forgets its level.
  private static final Logger ROOT = Logger.getLogger("");

  private Broker() {}

  /** Arguments: its directory, the cluster's id, and a file with its settings. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ROOT.setLevel(Level.WARNING);
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(arguments[2]))) {
      properties.load(file);
    }
    Map<String, String> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    KafkaBroker broker = KafkaBroker.join(Path.of(arguments[0]), arguments[1], settings);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
    Thread.currentThread().join();
  }
}
