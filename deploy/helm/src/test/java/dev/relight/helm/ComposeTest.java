package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be said of the containers for a laptop without an engine to run them. */
class ComposeTest {
  private static JsonNode compose;

  @BeforeAll
  static void read() throws IOException {
    compose = new YAMLMapper().readTree(Path.of("..", "compose", "compose.yaml").toFile());
  }

  @Test
  void pinsItsImages() {
    for (JsonNode service : compose.path("services")) {
      assertThat(service.path("image").asText())
          .matches(
              "[a-z/-]+:([0-9]+(\\.[0-9]+)+|\\$\\{RELIGHT_TAG:-[0-9]+(\\.[0-9]+){2}(-SNAPSHOT)?})");
    }
  }

  @Test
  void dependsOnAndMountsWhatIsThere() {
    Set<String> volumes = new TreeSet<>();
    compose.path("volumes").fieldNames().forEachRemaining(volumes::add);
    Set<String> services = new TreeSet<>();
    compose.path("services").fieldNames().forEachRemaining(services::add);
    for (JsonNode service : compose.path("services")) {
      Manifests.each(service.path("volumes"))
          .forEach(volume -> assertThat(volumes).contains(volume.asText().split(":")[0]));
      JsonNode needed = service.path("depends_on");
      needed.fieldNames().forEachRemaining(name -> assertThat(services).contains(name));
      Manifests.each(needed)
          .filter(JsonNode::isTextual)
          .forEach(name -> assertThat(services).contains(name.asText()));
    }
  }

  @Test
  void opensPortsToTheLaptopAlone() {
    compose.path("services").findValues("ports").stream()
        .flatMap(Manifests::each)
        .forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
  }
}
