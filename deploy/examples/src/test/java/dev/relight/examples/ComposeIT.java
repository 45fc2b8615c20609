package dev.relight.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.embedded.NodeProject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The containers for a laptop are described by the rules of the Compose Specification. */
class ComposeIT {
  private static final String CHECK = "check-compose.js";
  private static final Path FILE = Path.of("../compose/compose.yaml");

  @Test
  void theFileIsValid() throws Exception {
    assertThat(NodeProject.run(CHECK, FILE.toRealPath().toString())).isEqualTo("5 services\n");
  }

  @Test
  void aWrongOneIsNot(@TempDir Path directory) throws Exception {
    Path wrong = directory.resolve("compose.yaml");
    Files.writeString(
        wrong,
        Files.readString(FILE)
            .replace("read_only: true", "read_onl: true")
            .replace("retries: 60", "retries: [60]"));
    assertThatThrownBy(() -> NodeProject.run(CHECK, wrong.toString()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("/services/task-worker: must NOT have additional properties")
        .hasMessageContaining("/services/postgres/healthcheck/retries: must be number");
  }
}
