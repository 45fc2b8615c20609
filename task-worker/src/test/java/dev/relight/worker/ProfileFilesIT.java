package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker makes of profiles that are files. */
class ProfileFilesIT {
  @TempDir Path directory;

  @Test
  void doesNotStartWithOneThatIsWrong() throws Exception {
    Path file = directory.resolve("mine.yaml");
    Files.writeString(file, "{processes: {agent: {unit: agent.service, restart: [x]}}}");
    String setting = "relight.profiles.directory";
    try (WorkerProcess worker = new WorkerProcess(Map.of(setting, directory.toString()))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> !worker.isAlive());
      assertThat(worker.log())
          .contains(
              "Profile %s: 'processes.agent.restart' is not known; known are explain, find, pid-file,"
                      .formatted(file)
                  + " program, start, stop, unit")
          .doesNotContain("\tat ");
    }
  }
}
