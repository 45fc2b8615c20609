package dev.relight.local;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How to run a service as it is packaged: by settings, of which the secret ones stay unseen. */
public final class PackagedService {
  /** Of the project. */
  static final Path ROOT = root();

  /**
   * A heap that begins with what it needs, not with a share of the machine's memory; and no
   * collections for which the classes alone, as they are loaded, would be the reason.
   */
  private static final List<String> LEAN_START = List.of("-Xms32m", "-XX:MetaspaceSize=112m");

  private final Path jar;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> secrets = new TreeMap<>();

  /**
   * The service of a module that was built.
   *
   * @param module its directory in the project
   * @param heap most memory of its objects, as for {@code -Xmx}
   * @param data directory of the system that it is for
   */
  public PackagedService(String module, String heap, Path data) throws StartFailure {
    jar = ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (Files.notExists(jar)) {
      throw new StartFailure("There is no " + jar + "; build the project first");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", Leftovers.MARK + data));
    command.addAll(LEAN_START);
    with("quarkus.http.host", "127.0.0.1");
  }

  /** With a setting, as of {@code application.properties}. */
  public PackagedService with(String setting, Object value) {
    command.add("-D" + setting + "=" + value);
    return this;
  }

  /** Nearly halves the work until it is ready, at the price of its best speed later. */
  public PackagedService quickly() {
    command.add("-XX:TieredStopAtLevel=1");
    return this;
  }

  /** A setting that no list of processes shows. */
  public PackagedService withSecret(String variable, String value) {
    secrets.put(variable, value);
    return this;
  }

  /** Runs it when it is started. */
  public ProcessBuilder builder() {
    List<String> complete = new ArrayList<>(command);
    complete.addAll(List.of("-jar", jar.toString()));
    ProcessBuilder builder = new ProcessBuilder(complete);
    builder.environment().putAll(secrets);
    return builder;
  }

  /**
   * The project that this class was built in: the first directory above that holds the services.
   */
  private static Path root() {
    try {
      Path above =
          Path.of(
              PackagedService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      while (above.getParent() != null && !Files.exists(above.resolve("control-plane/pom.xml"))) {
        above = above.getParent();
      }
      return above;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
