package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.embedded.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process: what it prints, and what is left of it however it ends. */
class LauncherIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT = FreePort.next();

  @TempDir Path directory;
  private Process launcher;

  @AfterEach
  void end() throws Exception {
    if (launcher != null) {
      launcher.destroyForcibly().waitFor();
    }
    Leftovers.clear(directory);
  }

  @Test
  void printsLinesThatWorkWhenTheyArePasted() throws Exception {
    List<String> curls = launch().stream().filter(line -> line.startsWith("  curl ")).toList();
    assertThat(curls).hasSize(3);
    for (String curl : curls) {
      Process shell = new ProcessBuilder("sh", "-c", curl).start();
      String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).as(curl).contains("\"successful\":true");
    }
  }

  @Test
  void endsEverythingWhenItIsAskedToEnd() throws Exception {
    launch();
    launcher.destroy();
    launcher.waitFor();
    assertThat(processes()).isEmpty();
  }

  @Test
  void goesOnWithItsDataAndItsTasksAfterItWasKilled() throws Exception {
    List<String> before = launch();
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
    assertThat(linesWithIds(after)).isEqualTo(linesWithIds(before));
    await().atMost(PATIENCE).until(() -> statusOf(task), status -> !status.equals("RUNNING"));
    assertThat(statusOf(task)).isEqualTo("SUCCESSFUL");
    Fleet.assertRuns(host);
  }

  private ControlPlane controlPlane() throws IOException {
    String password = Files.readString(directory.resolve("admin-password"));
    return new ControlPlane(URI.create("http://127.0.0.1:" + PORT), LocalSystem.ADMIN, password);
  }

  private long restartAgents() throws IOException {
    Map<String, ?> hosts = Map.of("hostIds", List.of(1, 2));
    return controlPlane().post(Fleet.HOSTS + "/batchRestartAgents", hosts).path("id").asLong();
  }

  private String statusOf(long task) throws IOException {
    return controlPlane().get(Fleet.TASKS + task).path("status").asText();
  }

  /** Starts it and returns what it printed. */
  private List<String> launch() throws IOException {
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
  private static List<String> linesWithIds(List<String> printed) {
    return printed.stream().filter(line -> line.contains("batchRestartAgents")).toList();
  }

  private List<ProcessHandle> services() {
    return OurProcesses.of((Leftovers.MARK + directory)::equals).found();
  }

  /** Whatever has the directory, or a file in it, on its command line. */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
        .filter(process -> !process.equals(launcher.toHandle()))
        .toList();
  }
}
