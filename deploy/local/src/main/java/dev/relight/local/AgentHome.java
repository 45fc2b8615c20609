package dev.relight.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent's directory on a demo host: scripts of ours that supervise real processes. */
final class AgentHome {
  private static final List<String> DIRECTORIES =
      List.of("bin", "agent", "conf", "run", "log", "faults");
  private static final List<String> SCRIPTS =
      List.of("ocp_agentctl", "ocp_agentd", "ocp_child", "ocp_timer", "common.sh");
  private static final String STATE = ".state";

  private final Path directory;

  AgentHome(Path directory) {
    this.directory = directory;
  }

  /** Where {@code common.sh} looks for it: beside the home, so that the agent does not own it. */
  Path record() {
    return directory.resolveSibling("record");
  }

  /** Whether a command line's argument makes it that of a supervisor. */
  static boolean isAgentd(String argument) {
    return argument.endsWith("/bin/ocp_agentd");
  }

  /** Brings scripts and configuration up to date. The agent must not run. */
  void install(AgentKind kind) throws IOException {
    for (String name : DIRECTORIES) {
      Files.createDirectories(directory.resolve(name));
    }
    for (String script : SCRIPTS) {
      writeScript(directory.resolve("bin").resolve(script), resource(script));
    }
    Files.writeString(directory.resolve("conf/version"), kind.version() + "\n");
    String services = resource(kind.services());
    Files.writeString(directory.resolve("conf/services"), services);
    String process = resource("process");
    for (String line : services.lines().toList()) {
      String service = line.substring(0, line.indexOf(' '));
      writeScript(directory.resolve("agent").resolve(service), process);
    }
  }

  /** Starts the agent; returns when all its processes run. */
  void start() throws IOException {
    Process process =
        new ProcessBuilder(directory.resolve("bin/ocp_agentctl").toString(), "start")
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("The agent in " + directory + " does not start: " + answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the agent started");
    }
  }

  /** Enters into state and record what was ended by force. Nothing of the agent may run. */
  void settle() throws IOException {
    Path run = directory.resolve("run");
    if (Files.notExists(run)) {
      return;
    }
    try (DirectoryStream<Path> states = Files.newDirectoryStream(run, "*" + STATE)) {
      for (Path file : states) {
        settle(file);
      }
    }
  }

  private void settle(Path state) throws IOException {
    String[] words = Files.readString(state).strip().split(" ");
    if (words.length < 2 || words[1].equals("0")) {
      return;
    }
    String file = state.getFileName().toString();
    String name = file.substring(0, file.length() - STATE.length());
    Instant now = Instant.now();
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    Files.writeString(
        record(),
        nanos + " stop " + name + " " + words[1] + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Files.writeString(state, "stopped 0 0\n");
  }

  private static void writeScript(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream resource = AgentHome.class.getResourceAsStream("agent/" + name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
