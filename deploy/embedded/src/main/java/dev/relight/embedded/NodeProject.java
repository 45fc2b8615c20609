package dev.relight.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * The programs in JavaScript of the module in whose directory a test runs, with their packages as
 * npm installs them. Where Node, npm or the packages are not to be had, the test that asks is left
 * out, and says so.
 */
public final class NodeProject {
  private static final Path SOURCES = Path.of("javascript");
  private static final Path HERE = Path.of("target", "javascript");

  private NodeProject() {}

  /** What a program prints. */
  public static String run(String program, String... arguments) throws Exception {
    return runWith("", program, arguments);
  }

  /** What a program prints that reads this. */
  public static String runWith(String input, String program, String... arguments) throws Exception {
    install();
    List<String> command = new ArrayList<>(List.of("node", program));
    command.addAll(List.of(arguments));
    Outcome outcome = execute(input, command);
    if (outcome.exit() != 0) {
      throw new AssertionError(program + " failed: " + outcome.errors());
    }
    return outcome.output();
  }

  private record Outcome(int exit, String output, String errors) {}

  private static void install() throws Exception {
    Files.createDirectories(HERE);
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path file : sources.filter(Files::isRegularFile).toList()) {
        Files.write(HERE.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    Path wanted = HERE.resolve("package-lock.json");
    Path installed = HERE.resolve("node_modules/.installed.json");
    if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
      return;
    }
    try {
      Outcome outcome =
          execute("", List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--loglevel=error"));
      if (outcome.exit() != 0) {
        throw leftOut("npm cannot install the packages: " + outcome.errors());
      }
      Files.copy(wanted, installed);
    } catch (IOException e) {
      throw leftOut("there is no Node with npm here: " + e.getMessage());
    }
  }

  private static TestAbortedException leftOut(String why) {
    System.err.println("LEFT OUT: programs in JavaScript, as " + why);
    return new TestAbortedException(why);
  }

  private static Outcome execute(String input, List<String> command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("node", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(HERE.toFile())
              .redirectError(errors.toFile())
              .start();
      try (var to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
