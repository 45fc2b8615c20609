package dev.relight.worker.agent;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The profiles that are files, read once. A worker that cannot read one of them does not start:
 * better now than at the first host.
 */
@Singleton
class Scripts {
  private static final Logger LOG = Logger.getLogger(Scripts.class);
  private static final List<String> BUILT_IN = List.of("node-exporter");
  private static final String SUFFIX = ".yaml";

  private final Map<String, Script> scripts = new TreeMap<>();

  Scripts(ScriptConfig config) {
    for (String name : BUILT_IN) {
      String file = name + SUFFIX;
      scripts.put(name, ScriptFile.parse(name, file, Resources.text("profiles/" + file)));
    }
    config.directory().ifPresent(this::load);
  }

  // Before anything else is made of them.
  void start(@Observes @Priority(1) StartupEvent started) {
    LOG.debugf("Profiles that are files: %s", scripts.keySet());
  }

  Optional<Script> named(String name) {
    return Optional.ofNullable(scripts.get(name));
  }

  Set<String> names() {
    return scripts.keySet();
  }

  private void load(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(this::read);
    } catch (IOException e) {
      throw new ScriptFile.Malformed(
          directory.toString(), "relight.profiles.directory", "must be a directory: " + e);
    }
  }

  private void read(Path file) {
    String name = file.getFileName().toString();
    name = name.substring(0, name.length() - SUFFIX.length());
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ScriptFile.Malformed(
          file.toString(), "", "must be called by 1 to 64 letters, digits and ._-");
    }
    if (Profiles.CODED.contains(name)) {
      throw new ScriptFile.Malformed(file.toString(), "", "must not be called as a built-in one");
    }
    try {
      scripts.put(name, ScriptFile.parse(name, file.toString(), Files.readString(file)));
    } catch (IOException e) {
      throw new ScriptFile.Malformed(file.toString(), "", "cannot be read: " + e);
    }
  }
}
