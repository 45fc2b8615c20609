package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** The demo hosts of a running system, as its user and as one who looks at the hosts sees them. */
final class Fleet {
  static final String HOSTS = "/api/v2/compute/hosts";
  static final String TASKS = "/api/v2/tasks/instances/";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final LocalSystem system;

  Fleet(LocalSystem system) {
    this.system = system;
  }

  JsonNode restartAgents(List<DemoHost> hosts) throws IOException {
    List<Long> ids = hosts.stream().map(system::idOf).toList();
    return system.controlPlane().post(HOSTS + "/batchRestartAgents", Map.of("hostIds", ids));
  }

  JsonNode task(long id) throws IOException {
    return system.controlPlane().get(TASKS + id);
  }

  /** The task as it ended. */
  JsonNode awaitEnd(long id) {
    return awaitEnd(id, PATIENCE);
  }

  JsonNode awaitEnd(long id, Duration patience) {
    return await()
        .atMost(patience)
        .until(() -> task(id), task -> !task.path("status").asText().equals("RUNNING"));
  }

  /** The host as a list of them shows it. */
  JsonNode listed(DemoHost host) throws IOException {
    JsonNode page = system.controlPlane().get(HOSTS + "?size=100");
    return only(list(page.path("contents")), h -> h.path("id").asLong() == system.idOf(host));
  }

  List<JsonNode> processes(DemoHost host) throws IOException {
    String path = HOSTS + "/" + system.idOf(host) + "/agent/processes";
    return list(system.controlPlane().get(path).path("contents"));
  }

  static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  /** How often each process of the host was really started. */
  static Map<String, Integer> starts(DemoHost host) throws IOException {
    Map<String, Integer> starts = new HashMap<>();
    for (DemoHost.Recorded line : host.record()) {
      if (line.action().equals("start")) {
        starts.merge(line.process(), 1, Integer::sum);
      }
    }
    return starts;
  }

  /** What the starts are after one restart of the agent, which begins with its proxy alone. */
  static Map<String, Integer> afterARestart(Map<String, Integer> starts) {
    Map<String, Integer> more = new HashMap<>(starts);
    more.replaceAll((process, count) -> count + (process.equals("pos_proxy") ? 2 : 1));
    return more;
  }

  /** That every process of the host runs, once. */
  static void assertRuns(DemoHost host) throws IOException {
    for (DemoHost.Recorded last : latest(host)) {
      assertThat(last.action()).as(host.name() + " " + last.process()).isEqualTo("start");
      assertThat(ProcessHandle.of(last.pid())).as(host.name() + " " + last).isPresent();
    }
  }

  static List<DemoHost.Recorded> latest(DemoHost host) throws IOException {
    Map<String, DemoHost.Recorded> latest = new HashMap<>();
    host.record().forEach(line -> latest.put(line.process(), line));
    return List.copyOf(latest.values());
  }

  static boolean isStopping(DemoHost host) throws IOException {
    return Files.readString(host.agentHome().resolve("run/ocp_agentd.state"))
        .startsWith("stopping");
  }

  static JsonNode only(List<JsonNode> nodes, Predicate<JsonNode> wanted) {
    return nodes.stream().filter(wanted).findFirst().orElseThrow();
  }
}
