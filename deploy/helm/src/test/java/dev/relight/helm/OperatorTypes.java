package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * The types of operators that publish none for Java, as npm packages have them. Where Node, npm or
 * the packages are not to be had, the test that asks is left out, and says so.
 */
final class OperatorTypes {
  private static final Set<String> NAMES =
      Set.of(
          "keda.sh/v1alpha1/ScaledObject",
          "keda.sh/v1alpha1/TriggerAuthentication",
          "postgresql.cnpg.io/v1/Cluster",
          "postgresql.cnpg.io/v1/ScheduledBackup");

  private static final Path SOURCES = Path.of("javascript");
  private static final Path HERE = Path.of("target", "javascript");
  private static final String PROGRAM = "check-operators.js";

  private OperatorTypes() {}

  static boolean know(JsonNode manifest) {
    return NAMES.contains(StrictSchema.type(manifest));
  }

  /** What is wrong with manifests of these types, a line each. */
  static List<String> check(List<JsonNode> manifests) throws IOException, InterruptedException {
    install();
    Outcome outcome = execute(new ObjectMapper().writeValueAsString(manifests), "node", PROGRAM);
    assertThat(outcome.exit()).as(outcome.output()).isZero();
    return outcome.output().lines().toList();
  }

  private static void install() throws IOException, InterruptedException {
    Files.createDirectories(HERE);
    for (String file : List.of("package.json", "package-lock.json", PROGRAM)) {
      Files.write(HERE.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
    }
    Path wanted = HERE.resolve("package-lock.json");
    Path installed = HERE.resolve("node_modules/.installed.json");
    if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
      return;
    }
    try {
      Outcome outcome =
          execute("", "npm", "ci", "--ignore-scripts", "--no-audit", "--loglevel=error");
      if (outcome.exit() != 0) {
        leaveOut("npm cannot install the packages: " + outcome.output());
      }
      Files.copy(wanted, installed);
    } catch (IOException e) {
      leaveOut("there is no Node with npm here: " + e.getMessage());
    }
  }

  private static void leaveOut(String why) {
    System.err.println("LEFT OUT: the types of operators, as " + why);
    Assumptions.abort(why);
  }

  private record Outcome(int exit, String output) {}

  private static Outcome execute(String input, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(HERE.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
