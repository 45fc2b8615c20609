package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every rendering of the chart has in common, and what the chart refuses. */
class ChartTest {
  static Stream<Path> examples() throws IOException {
    return Chart.examples().stream();
  }

  @Test
  void passesHelmsOwnChecks() {
    LintResult result = new Helm(Chart.DIRECTORY).lint().strict().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void rendersNothingThatKubernetesDoesNotKnow(Path values) throws IOException {
    for (JsonNode manifest : Chart.render(values, Map.of()).all()) {
      // Those that OperatorTypes knows, OperatorTypesIT looks at.
      if (!OperatorTypes.know(manifest)) {
        assertThat(StrictSchema.knows(manifest)).as(StrictSchema.type(manifest)).isTrue();
        assertThat(StrictSchema.check(manifest)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void namesEverythingOnceAndBriefly(Path values) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode manifest : Chart.render(values, Map.of()).all()) {
      String name = manifest.at("/metadata/name").asText();
      assertThat(names.add(manifest.path("kind").asText() + " " + name)).as(name).isTrue();
      assertThat(name).hasSizeLessThanOrEqualTo(63);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void keepsPodsRestricted(Path values) throws IOException {
    for (JsonNode pod : Chart.render(values, Map.of()).pods().toList()) {
      assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
      assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
      assertThat(pod.path("serviceAccountName").asText()).isNotEmpty();
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      Manifests.containers(pod).forEach(ChartTest::assertRestricted);
    }
  }

  private static void assertRestricted(JsonNode container) {
    JsonNode context = container.path("securityContext");
    assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/resources/limits/memory").asText())
        .isNotEmpty()
        .isEqualTo(container.at("/resources/requests/memory").asText());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void mountsAndSelectsOnlyWhatIsThere(Path values) throws IOException {
    Manifests manifests = Chart.render(values, Map.of());
    Set<String> configMaps = new TreeSet<>();
    manifests.of("ConfigMap").forEach(it -> configMaps.add(it.at("/metadata/name").asText()));
    for (JsonNode pod : manifests.pods().toList()) {
      List<JsonNode> volumes = Manifests.each(pod.path("volumes")).toList();
      List<String> names = volumes.stream().map(it -> it.path("name").asText()).toList();
      Manifests.containers(pod)
          .flatMap(container -> Manifests.each(container.path("volumeMounts")))
          .forEach(mount -> assertThat(names).contains(mount.path("name").asText()));
      volumes.stream()
          .filter(volume -> volume.has("configMap"))
          .forEach(it -> assertThat(configMaps).contains(it.at("/configMap/name").asText()));
    }
    for (JsonNode deployment : manifests.of("Deployment").toList()) {
      JsonNode labels = deployment.at("/spec/template/metadata/labels");
      deployment
          .at("/spec/selector/matchLabels")
          .properties()
          .forEach(wanted -> assertThat(labels.get(wanted.getKey())).isEqualTo(wanted.getValue()));
    }
  }

  @Test
  void theExampleForProductionIsShort() throws IOException {
    assertThat(Files.readAllLines(Chart.example("production"))).hasSizeLessThanOrEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashboard.json", "rules.yaml"})
  void carriesWhatIsMadeForObservability(String name) throws IOException {
    Path made = Path.of("..", "observability", name);
    Path carried = Chart.DIRECTORY.resolve("files").resolve(name);
    if (Files.notExists(made)) {
      assertThat(carried).doesNotExist();
      return;
    }
    if (Files.notExists(carried)) {
      System.out.printf("%s is new in the chart: it belongs to the next commit%n", carried);
      Files.createDirectories(carried.getParent());
      Files.copy(made, carried);
    }
    assertThat(carried).as("cp %s %s", made, carried).hasSameTextualContentAs(made);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          controlPlane.replica=3            | additional properties 'replica' not allowed
          controlPlane.replicas=two         | got string, want integer
          controlPlane.replicas=0           | minimum: got 0, want 1
          kafka.auth=kerberos               | value must be one of 'none', 'tls', 'plain'
          kafka.bootstrapServers=kafka      | does not match pattern
          kafka.minInsyncReplicas=4         | kafka.minInsyncReplicas is above kafka.replicationFactor
          kafka.credentialsSecret=          | kafka.credentialsSecret is missing, as kafka.auth is scram-sha-512
          kafka.strimzi.enabled=true        | kafka.bootstrapServers and kafka.strimzi.enabled exclude each other
          postgres.host=                    | postgres.host is missing
          postgres.credentialsSecret=       | postgres.credentialsSecret is missing
          postgres.cluster.enabled=true     | postgres.host and postgres.cluster.enabled exclude each other
          workers.pools.edge.replicas=2     | workers.pools.edge.networks is missing
          workers.pools.default.replicas=65 | workers.pools.default.replicas is above kafka.commandPartitions
          workers.ssh.secret=               | workers.ssh.secret is missing
          workers.autoscaling.enabled=true  | workers.autoscaling.connectionSecret is missing
          images.tag=1.0:latest             | does not match pattern
          controlPlane.ingress.host=        | controlPlane.ingress.host is missing
          controlPlane.route.enabled=true   | controlPlane.route.gateways is missing
          """)
  void refusesWhatCannotWorkAndSaysWhy(String change, String reason) {
    String[] parts = change.split("=", 2);
    assertThatThrownBy(() -> Chart.production(Map.of(parts[0], parts[1])))
        .hasMessageContaining(reason);
  }
}
