package dev.relight.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart, rendered as {@code helm template} does. */
final class Chart {
  static final Path DIRECTORY = Path.of("relight");

  /** The oldest Kubernetes that the chart is for. */
  private static final String KUBERNETES = "1.30.0";

  private static final Path EXAMPLES = Path.of("examples");
  private static final YAMLMapper YAML = new YAMLMapper();

  private Chart() {}

  /** Files with values that are shown to users. */
  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.sorted().toList();
    }
  }

  static Path example(String name) {
    return EXAMPLES.resolve(name + ".yaml");
  }

  /** The values that are meant for production, with some changed. */
  static Manifests production(Map<String, ?> changes) throws IOException {
    return render(example("production"), changes);
  }

  static Manifests render(Path values, Map<String, ?> changes) throws IOException {
    TemplateCommand command =
        new Helm(DIRECTORY)
            .template()
            .withName("relight")
            .withNamespace("relight")
            .withKubeVersion(KUBERNETES)
            .withValuesFile(values);
    changes.forEach(command::set);
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(command.call())) {
      return new Manifests(documents.readAll().stream().filter(JsonNode::isObject).toList());
    }
  }
}
