package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.embedded.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told before anything was started. */
class LocalSystemTest {
  @TempDir Path directory;
  private final List<String> progress = new ArrayList<>();

  @AfterEach
  void nothingWasStarted() {
    assertThat(progress).isEmpty();
  }

  @Test
  void refusesATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> start(directory.resolve("data"), port))
          .isInstanceOf(StartFailure.class)
          .hasMessage("Port " + port + " is taken; choose another one with --port");
    }
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void refusesADirectoryThatCannotBeWrittenTo() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> start(file, FreePort.next()))
        .isInstanceOf(StartFailure.class)
        .hasMessage("The directory " + file + " cannot be written to");
  }

  @Test
  void refusesTheDirectoryOfARunningSystem() throws Exception {
    try (Data running = Data.open(directory)) {
      assertThatThrownBy(() -> start(running.root(), FreePort.next()))
          .isInstanceOf(StartFailure.class)
          .hasMessage("Another Relight runs on " + directory);
    }
  }

  private void start(Path data, int port) throws StartFailure {
    LocalSystem.start(new Options(data, port, 1, 1, 1), progress::add).close();
  }
}
