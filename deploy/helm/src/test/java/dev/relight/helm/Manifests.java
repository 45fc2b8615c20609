package dev.relight.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the chart makes of some values. */
record Manifests(List<JsonNode> all) {
  Stream<JsonNode> of(String kind) {
    return all.stream().filter(manifest -> manifest.path("kind").asText().equals(kind));
  }

  JsonNode one(String kind, String name) {
    return of(kind)
        .filter(manifest -> manifest.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no " + kind + " " + name));
  }

  boolean has(String kind) {
    return of(kind).findAny().isPresent();
  }

  Stream<JsonNode> pods() {
    return of("Deployment").map(deployment -> deployment.at("/spec/template/spec"));
  }

  JsonNode pod(String deployment) {
    return one("Deployment", deployment).at("/spec/template/spec");
  }

  /** The settings that a service reads. */
  Properties settings(String configMap) throws IOException {
    Properties settings = new Properties();
    settings.load(
        new StringReader(one("ConfigMap", configMap).at("/data/application.properties").asText()));
    return settings;
  }

  static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** All containers of a pod, those of its start too. */
  static Stream<JsonNode> containers(JsonNode pod) {
    return Stream.concat(each(pod.path("initContainers")), each(pod.path("containers")));
  }
}
