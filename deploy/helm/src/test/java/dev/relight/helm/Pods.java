package dev.relight.helm;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Makes of what the chart renders pods that Podman runs. What Podman does not know is left to the
 * tests: steps of the start run as pods of their own, probes are asked from outside, and who stops
 * a pod waits as its preStop says and gives it its grace period. Nobody is there for the spread
 * over nodes and the network policies; and Podman does not heed {@code fsGroup} and modes of files.
 */
final class Pods implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SETTINGS = "-settings";

  private final Manifests manifests;
  private final String network;
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private final List<String> pods = new CopyOnWriteArrayList<>();

  Pods(Manifests manifests, String network) {
    this.manifests = manifests;
    this.network = network;
  }

  /** A Secret for environment variables, as Podman wants them. */
  void secretVariables(String name, Map<String, String> values) throws IOException {
    secrets.add(name);
    Podman.runWith(JSON.writeValueAsString(base64(values)), "secret", "create", name, "-");
  }

  /** A Secret for files; Podman 4.3 takes them as they are. */
  void secretFiles(String name, Map<String, String> values) throws IOException {
    secrets.add(name);
    ObjectNode secret = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    secret.putObject("metadata").put("name", name);
    secret.set("data", JSON.valueToTree(values));
    Podman.runWith(secret.toString(), "secret", "create", name, "-");
  }

  /** Runs the first step of a Deployment's pods; returns the name of its container. */
  String step(String deployment, String name, String address) throws IOException {
    ObjectNode spec = spec(deployment);
    spec.set("containers", manifests.pod(deployment).path("initContainers").deepCopy());
    return play(name, spec, deployment, address);
  }

  /** Runs one of a Deployment's pods; returns the name of its container. */
  String run(String deployment, String name, String address) throws IOException {
    return play(name, spec(deployment), deployment, address);
  }

  Duration gracePeriod(String deployment) {
    return Duration.ofSeconds(
        manifests.pod(deployment).path("terminationGracePeriodSeconds").asInt());
  }

  /** How long a pod waits until it is told to end. */
  Duration preStop(String deployment) {
    JsonNode container = manifests.pod(deployment).at("/containers/0");
    return Duration.ofSeconds(container.at("/lifecycle/preStop/sleep/seconds").asInt());
  }

  private ObjectNode spec(String deployment) {
    ObjectNode spec = manifests.pod(deployment).deepCopy();
    spec.remove(List.of("initContainers", "topologySpreadConstraints", "serviceAccountName"));
    spec.put("restartPolicy", "Never");
    for (JsonNode container : spec.path("containers")) {
      ((ObjectNode) container)
          .remove(List.of("startupProbe", "livenessProbe", "readinessProbe", "lifecycle"));
      // It would open them on the machine, which has only one of each.
      ((ObjectNode) container).remove("ports");
    }
    return spec;
  }

  private String play(String name, ObjectNode spec, String configMap, String address)
      throws IOException {
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name);
    pod.set("spec", own(spec, name));
    ObjectNode settings = manifests.one("ConfigMap", configMap).deepCopy();
    ((ObjectNode) settings.path("metadata")).put("name", name + SETTINGS);
    pods.add(name);
    // YAML knows JSON.
    String both = settings + "\n---\n" + pod;
    Podman.runWith(both, "kube", "play", "--network", network, "--ip", address, "-");
    return name + "-" + spec.at("/containers/0/name").asText();
  }

  /** Podman's volumes belong to the machine, not to a pod. */
  private static ObjectNode own(ObjectNode spec, String pod) {
    for (JsonNode volume : spec.path("volumes")) {
      if (volume.has("emptyDir")) {
        rename((ObjectNode) volume, spec, pod);
      } else if (volume.has("configMap")) {
        ((ObjectNode) volume.path("configMap")).put("name", pod + SETTINGS);
      }
    }
    return spec;
  }

  private static void rename(ObjectNode volume, ObjectNode spec, String pod) {
    String name = volume.path("name").asText();
    volume.put("name", pod + "-" + name);
    for (JsonNode container : spec.path("containers")) {
      for (JsonNode mount : container.path("volumeMounts")) {
        if (mount.path("name").asText().equals(name)) {
          ((ObjectNode) mount).put("name", pod + "-" + name);
        }
      }
    }
  }

  private static Map<String, String> base64(Map<String, String> values) {
    return values.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> Base64.getEncoder().encodeToString(entry.getValue().getBytes()),
                (one, other) -> one,
                TreeMap::new));
  }

  @Override
  public void close() throws IOException {
    // Podman cleans up by itself after a container that ended; who removes it meanwhile is refused.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              for (String pod : pods) {
                Podman.run("pod", "rm", "--force", "--ignore", "--time", "1", pod);
              }
              return true;
            });
    for (String secret : secrets) {
      Podman.run("secret", "rm", secret);
    }
  }
}
