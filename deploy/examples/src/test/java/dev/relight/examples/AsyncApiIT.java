package dev.relight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.embedded.NodeProject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The document of the topics is one by the rules of AsyncAPI itself. */
class AsyncApiIT {
  private static final Path DOCUMENT =
      Path.of("../../shared-model/src/main/resources/asyncapi/asyncapi.yaml");

  @Test
  void theDocumentIsValid() throws Exception {
    String says = NodeProject.run("check-asyncapi.js", DOCUMENT.toRealPath().toString());

    assertThat(says).isEqualTo("3.0.0, 9 channels\n");
  }
}
