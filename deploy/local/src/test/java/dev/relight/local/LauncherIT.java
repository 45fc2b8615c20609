package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.embedded.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process: what it prints, and what is left of it however it ends. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT = FreePort.next();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static List<String> printed;
  private static Process launcher;

  @BeforeAll
  static void begin() throws IOException {
    printed = launch();
  }

  @AfterAll
  static void end() throws Exception {
    launcher.destroyForcibly().waitFor();
    Leftovers.clear(directory);
  }

  @Test
  @Order(1)
  void printsLinesThatWorkWhenTheyArePasted() throws Exception {
    List<String> curls = printed.stream().filter(line -> line.startsWith("  curl ")).toList();
    assertThat(curls).hasSize(3);
    JsonNode last = null;
    for (String curl : curls) {
      Process shell = new ProcessBuilder("sh", "-c", curl).start();
      last = JSON.readTree(shell.getInputStream());
      assertThat(last.path("successful").asBoolean()).as("%s: %s", curl, last).isTrue();
    }
    awaitSuccess(last.path("data").path("id").asLong());
  }

  @Test
  @Order(2)
  void goesOnWithItsDataAndItsTasksAfterItWasKilled() throws Exception {
    DemoHost host = new DemoHost("demo-1", "127.0.1.1", 0, directory.resolve("hosts/demo-1"));
    host.setFault("slow-stop", "3");
    long task = restartAgents();
    await().atMost(PATIENCE).until(() -> Fleet.isStopping(host));
    launcher.destroyForcibly().waitFor();
    await("the services end by themselves").atMost(PATIENCE).until(() -> services().isEmpty());
    List<ProcessHandle> agents = processes();
    assertThat(agents).as("what is left for the next start").isNotEmpty();

    List<String> after = launch();
    assertThat(agents).noneMatch(agent -> processes().contains(agent));
    assertThat(linesWithIds(after)).isEqualTo(linesWithIds(printed));
    awaitSuccess(task);
    Fleet.assertRuns(host);
  }

  @Test
  @Order(3)
  void endsEverythingWhenItIsAskedToEnd() throws Exception {
    launcher.destroy();
    launcher.waitFor();
    assertThat(processes()).isEmpty();
  }

  private static ControlPlane controlPlane() throws IOException {
    String password = Files.readString(directory.resolve("admin-password"));
    return new ControlPlane(URI.create("http://127.0.0.1:" + PORT), LocalSystem.ADMIN, password);
  }

  private static long restartAgents() throws IOException {
    Map<String, ?> hosts = Map.of("hostIds", List.of(1, 2));
    return controlPlane().post(Fleet.HOSTS + "/batchRestartAgents", hosts).path("id").asLong();
  }

  private static void awaitSuccess(long task) {
    String status =
        await()
            .atMost(PATIENCE)
            .until(
                () -> controlPlane().get(Fleet.TASKS + task).path("status").asText(),
                now -> !now.equals("RUNNING"));
    assertThat(status).isEqualTo("SUCCESSFUL");
  }

  /** Starts it and returns what it printed. */
  private static List<String> launch() throws IOException {
    launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--data=" + directory,
                "--port=" + PORT,
                "--hosts=2")
            .redirectErrorStream(true)
            .start();
    List<String> lines = new ArrayList<>();
    BufferedReader output = launcher.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.startsWith("Ctrl-C")) {
        return lines;
      }
    }
    throw new AssertionError("The launcher ended: " + lines);
  }

  /** Of the lines to paste, those that name hosts and the password. */
  private static List<String> linesWithIds(List<String> lines) {
    return lines.stream().filter(line -> line.contains("batchRestartAgents")).toList();
  }

  private static List<ProcessHandle> services() {
    return OurProcesses.of((Leftovers.MARK + directory)::equals).found();
  }

  /** Whatever has the directory, or a file in it, on its command line. */
  private static List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
        .filter(process -> !process.equals(launcher.toHandle()))
        .toList();
  }
}
