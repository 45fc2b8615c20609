package dev.relight.helm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The container engine, by its program. */
final class Podman {
  private Podman() {}

  /** What it prints; a failure carries the command. */
  static String run(String... arguments) throws IOException {
    return runWith("", arguments);
  }

  /** The same, with something on standard input. */
  static String runWith(String input, String... arguments) throws IOException {
    return done(command(arguments).redirectError(Redirect.INHERIT), input);
  }

  /** All that a container has said. */
  static String logs(String container) throws IOException {
    return done(command("logs", container).redirectErrorStream(true), "");
  }

  static boolean isRunning(String container) throws IOException {
    return run("inspect", container, "--format", "{{.State.Running}}").equals("true");
  }

  private static ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("podman"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static String done(ProcessBuilder command, String input) throws IOException {
    Process process = command.start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command.command()) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(command.command().toString());
    }
    return output.strip();
  }
}
