package dev.relight.worker.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a secret of the worker is: in a file or in a variable of its environment. It is read each
 * time that it is needed, so that a new one counts at once.
 *
 * @param what it is, as in "password of 'root'"
 */
record Secret(String what, Optional<Path> file, Optional<String> variable) {
  /** The secret, null where none is named. Reads files: not for event loops. */
  String read() {
    if (file.isPresent()) {
      return text(file.get());
    }
    if (variable.isEmpty()) {
      return null;
    }
    String value = System.getenv(variable.get());
    if (value == null || value.isEmpty()) {
      throw new HostFailure(
          "The %s is not there: the worker has no variable %s".formatted(what, variable.get()));
    }
    return value;
  }

  private String text(Path path) {
    try {
      String text = Files.readString(path).stripTrailing();
      if (text.isEmpty()) {
        throw new HostFailure("The %s is not there: %s is empty".formatted(what, path));
      }
      return text;
    } catch (IOException e) {
      // Only what kind of failure it was: nothing of the content.
      throw new HostFailure(
          "The %s cannot be read from %s: %s".formatted(what, path, e.getClass().getSimpleName()));
    }
  }
}
