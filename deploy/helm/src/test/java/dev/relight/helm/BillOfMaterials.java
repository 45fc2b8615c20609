package dev.relight.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an image tells of the libraries in it. */
final class BillOfMaterials {
  private static final String LABEL = "{{index .Config.Labels \"dev.relight.sbom\"}}";

  private final List<String> libraries;
  private final JsonNode bill;

  /** Read from a container that runs. */
  BillOfMaterials(String container) throws IOException {
    String path = Podman.run("inspect", container, "--format", LABEL);
    bill = new ObjectMapper().readTree(Podman.run("exec", container, "cat", path));
    libraries =
        Podman.run("exec", container, "find", "/opt/relight/lib", "-name", "*.jar")
            .lines()
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();
  }

  String format() {
    return bill.path("bomFormat").asText();
  }

  List<String> libraries() {
    return libraries;
  }

  /** Libraries that are there and that it does not know. */
  List<String> untold() {
    Set<String> told =
        Manifests.each(bill.path("components"))
            .flatMap(it -> names(it).stream())
            .collect(Collectors.toSet());
    return libraries.stream().filter(jar -> told.stream().noneMatch(it -> isOf(jar, it))).toList();
  }

  /** Quarkus puts the group before; a classifier comes behind. */
  private static List<String> names(JsonNode component) {
    String name = component.path("name").asText() + "-" + component.path("version").asText();
    return List.of(name, component.path("group").asText() + "." + name);
  }

  private static boolean isOf(String jar, String name) {
    return jar.equals(name + ".jar") || jar.startsWith(name + "-");
  }
}
