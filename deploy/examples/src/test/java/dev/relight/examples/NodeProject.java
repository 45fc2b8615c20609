package dev.relight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The programs in JavaScript, with their packages as npm installs them. */
final class NodeProject {
  private static final Path SOURCES = Path.of("javascript");
  private static final Path HERE = Path.of("target", "javascript");

  private NodeProject() {}

  /**
   * What a program prints. Where Node, npm or the packages are not to be had, the test that asks is
   * left out, and says so.
   */
  static String run(String program, String... arguments) throws Exception {
    install();
    List<String> command = new ArrayList<>(List.of("node", program));
    command.addAll(List.of(arguments));
    Outcome outcome = execute(command);
    assertThat(outcome.exit()).as(outcome.errors()).isZero();
    return outcome.output();
  }

  private record Outcome(int exit, String output, String errors) {}

  private static void install() throws Exception {
    Files.createDirectories(HERE);
    for (String file :
        List.of(
            "package.json",
            "package-lock.json",
            "mirror.js",
            "check-asyncapi.js",
            "check-compose.js")) {
      Files.write(HERE.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
    }
    if (Files.exists(HERE.resolve("node_modules/.installed"))) {
      return;
    }
    try {
      Outcome outcome = execute(List.of("npm", "ci", "--ignore-scripts", "--no-audit"));
      if (outcome.exit() != 0) {
        leaveOut("npm cannot install the packages: " + outcome.errors());
      }
      Files.createFile(HERE.resolve("node_modules/.installed"));
    } catch (IOException e) {
      leaveOut("there is no Node with npm here: " + e.getMessage());
    }
  }

  private static void leaveOut(String why) {
    System.err.println("LEFT OUT: the programs in JavaScript, as " + why);
    Assumptions.abort(why);
  }

  private static Outcome execute(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("node", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(HERE.toFile())
              .redirectError(errors.toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
