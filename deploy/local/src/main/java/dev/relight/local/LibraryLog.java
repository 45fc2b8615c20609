package dev.relight.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/** Keeps what the servers in this JVM have to say off the screen, in a file. */
final class LibraryLog implements AutoCloseable {
  // Held for as long as this is, as a logger that nobody holds forgets what it was told.
  private final List<Logger> loggers =
      Stream.of("kafka", "org.apache.kafka", "state.change.logger", "io.zonky", "org.apache.sshd")
          .map(Logger::getLogger)
          .toList();
  private final Handler file;

  LibraryLog(Path path) throws IOException {
    file = new FileHandler(path.toString().replace("%", "%%"), true);
    file.setFormatter(new SimpleFormatter());
    for (Logger logger : loggers) {
      logger.setLevel(Level.WARNING);
      logger.setUseParentHandlers(false);
      logger.addHandler(file);
    }
  }

  @Override
  public void close() {
    loggers.forEach(logger -> logger.removeHandler(file));
    file.close();
  }
}
