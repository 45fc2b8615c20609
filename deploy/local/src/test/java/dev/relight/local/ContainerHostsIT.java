package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.embedded.FreePort;
import dev.relight.local.ContainerHost.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restarts on hosts that are as real as containers can be, with OpenSSH and systemd, while their
 * networks and their power fail. The environment variable {@value #IMAGE} names their image and so
 * insists on them; without it all of this is left out.
 */
class ContainerHostsIT {
  private static final String IMAGE = "RELIGHT_TEST_HOST_IMAGE";
  private static final String LEFT_OUT =
      "LEFT OUT: the tests on hosts in containers, as %s names no image for them".formatted(IMAGE);

  private static final String CREDENTIAL = "container";
  private static final int AWAY_SECONDS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path directory;
  private static ContainerHosts hosts;
  private static LocalSystem system;
  private static Fleet fleet;

  @BeforeAll
  static void start() throws Exception {
    String image = System.getenv().getOrDefault(IMAGE, "");
    if (image.isBlank()) {
      System.out.println(LEFT_OUT);
    }
    assumeTrue(!image.isBlank(), LEFT_OUT);
    hosts = new ContainerHosts(directory.resolve("containers"), image);
    Options options = new Options(directory.resolve("system"), FreePort.next(), 0, 1, 1, true);
    system = new LocalSystem(options, settings(), System.out::println);
    CompletableFuture<Void> booted = CompletableFuture.runAsync(ContainerHostsIT::startHosts);
    system.start();
    booted.join();
    fleet = new Fleet(system);
    hosts.register(system.controlPlane(), CREDENTIAL);
  }

  @AfterAll
  static void end() {
    try {
      if (system != null) {
        system.close();
      }
    } finally {
      if (hosts != null) {
        hosts.close();
      }
    }
  }

  @AfterEach
  void letAllBeWell() throws Exception {
    Parallel.forEach(hosts.all(), ContainerHost::letAllBeWell);
  }

  @Test
  void restartsSingleHostsOfEachKind() throws Exception {
    List<ContainerHost> some = hosts.all().subList(0, 3);
    Map<ContainerHost, Map<String, Long>> before = pids();
    Map<ContainerHost, Map<String, Integer>> starts = startsAfterARestart();
    List<Long> tasks = new ArrayList<>();
    for (ContainerHost host : some) {
      String path = "/" + hosts.idOf(host) + "/agent/restart";
      tasks.add(post(path, null).path("id").asLong());
    }
    for (long task : tasks) {
      assertSuccessful(fleet.awaitEnd(task));
    }
    for (ContainerHost host : some) {
      assertRestarted(host, before.get(host), starts.get(host));
    }
    for (ContainerHost host : except(some)) {
      assertThat(host.pids()).as(host.name()).isEqualTo(before.get(host));
    }
  }

  @Test
  void restartsTheAgentsOfAllHostsExactlyOnce() throws Exception {
    Map<ContainerHost, Map<String, Long>> before = pids();
    Map<ContainerHost, Map<String, Integer>> starts = startsAfterARestart();
    assertSuccessful(fleet.awaitEnd(batch("batchRestartAgents", hosts.all())));
    for (ContainerHost host : hosts.all()) {
      assertRestarted(host, before.get(host), starts.get(host));
    }
  }

  @Test
  void stopsAllHostsAndStartsThemAgain() throws Exception {
    Map<ContainerHost, Map<String, Long>> before = pids();
    assertSuccessful(fleet.awaitEnd(batch("batchStopAgents", hosts.all())));
    for (ContainerHost host : hosts.all()) {
      assertThat(host.running()).as(host.name()).isEmpty();
    }
    assertSuccessful(fleet.awaitEnd(batch("batchRestartAgents", hosts.all())));
    for (ContainerHost host : hosts.all()) {
      assertThat(host.pids()).containsOnlyKeys(before.get(host).keySet());
      assertThat(host.pids().values()).doesNotContainAnyElementsOf(before.get(host).values());
    }
  }

  @Test
  void theLineForSudoersAllowsWhatItSaysAndNoMore() throws Exception {
    String unit = "node_exporter.service";
    assertThat(sudo("systemctl", "stop", unit)).isZero();
    assertThat(sudo("systemctl", "start", unit)).isZero();
    assertThat(sudo("systemctl", "restart", unit)).isNotZero();
    assertThat(sudo("systemctl", "stop", "ssh.service")).isNotZero();
    assertThat(sudo("systemctl", "start", unit, "ssh.service")).isNotZero();
    assertThat(sudo("id")).isNotZero();
  }

  @Test
  void whenNetworksAndPowerFailInTheMiddleOnlyWhatDoesNotComeBackFails() throws Exception {
    List<ContainerHost> lost = List.of(hosts.all().get(0), hosts.all().get(2));
    List<ContainerHost> back = List.of(hosts.all().get(3), hosts.all().get(4));
    Map<ContainerHost, Map<String, Long>> before = pids();
    Map<ContainerHost, Map<String, Integer>> starts = startsAfterARestart();
    for (ContainerHost host : hosts.all()) {
      host.slowStops();
    }
    long task = batch("batchRestartAgents", hosts.all());
    awaitStop(lost.get(1)).kill();
    Map<ContainerHost, Long> logins = new HashMap<>();
    for (ContainerHost host : back) {
      logins.put(host, awaitStop(host).logins());
      host.link("down");
    }
    awaitStop(lost.get(0)).dropPackets();
    for (ContainerHost host : back) {
      await().atMost(PATIENCE).until(() -> !host.isConnected());
      host.link("up");
    }

    JsonNode ended = fleet.awaitEnd(task, PATIENCE);
    assertThat(ended.path("status").asText()).isEqualTo("FAILED");
    assertThat(failures(ended)).containsOnlyKeys(0, 2);
    for (ContainerHost host : lost) {
      assertThat(failures(ended).get(hosts.all().indexOf(host)))
          .startsWith(
              "The host was lost and did not come back within %d s: Cannot connect to %s port 22: "
                  .formatted(AWAY_SECONDS, host.address()));
    }
    for (ContainerHost host : back) {
      assertThat(host.logins()).as("logins on " + host).isGreaterThan(logins.get(host));
    }
    for (ContainerHost host : except(lost)) {
      assertRestarted(host, before.get(host), starts.get(host));
    }

    Parallel.forEach(lost, ContainerHost::repair);
    Map<ContainerHost, Map<String, Long>> others = pids();
    post(Fleet.TASKS + task + "/retry", null);
    assertSuccessful(fleet.awaitEnd(task));
    for (ContainerHost host : lost) {
      // The one that was booted gives away its process ids once more.
      assertThat(host.pids()).as(host.name()).containsOnlyKeys(before.get(host).keySet());
      assertThat(host.starts()).as(host.name()).isEqualTo(starts.get(host));
    }
    for (ContainerHost host : except(lost)) {
      assertThat(host.pids()).as(host.name()).isEqualTo(others.get(host));
    }
  }

  @Test
  void doesNotTrustAHostThatWasMadeAnewUntilItsKeyIsKnown() throws Exception {
    ContainerHost host = hosts.replace(hosts.all().get(4));
    Map<String, Long> before = host.pids();
    long task = batch("batchRestartAgents", List.of(host));
    JsonNode ended = fleet.awaitEnd(task);
    assertThat(ended.path("status").asText()).isEqualTo("FAILED");
    assertThat(failures(ended).get(0))
        .startsWith("The host key has CHANGED: it is ssh-ed25519 " + host.fingerprint())
        .contains("add the line '" + host.knownHost() + "' to " + hosts.knownHosts());
    assertThat(host.pids()).isEqualTo(before);

    hosts.trustAll();
    post(Fleet.TASKS + task + "/retry", null);
    assertSuccessful(fleet.awaitEnd(task));
    assertThat(host.pids().values()).doesNotContainAnyElementsOf(before.values());
  }

  private static Map<String, String> settings() {
    String credential = "relight.ssh.credentials." + CREDENTIAL;
    // Java takes the last one of settings that have the same name.
    return Map.of(
        "relight.ssh.known-hosts",
        hosts.knownHosts().toString(),
        credential + ".user",
        ContainerHost.USER,
        credential + ".private-key",
        hosts.clientKey().toString(),
        "relight.profiles.directory",
        hosts.profiles().toString(),
        "relight.ssh.connect-timeout",
        "3s",
        "relight.ssh.away-timeout",
        AWAY_SECONDS + "s");
  }

  private static void startHosts() {
    try {
      hosts.start(
          List.of(
              Role.ofUnits("collectors", "collector", "shipper"),
              Role.ofUnits("node-exporter", "node_exporter"),
              Role.ofAgent(AgentKind.UP_TO_3_1),
              Role.ofAgent(AgentKind.FROM_3_2),
              Role.ofUnits("collectors", "collector", "shipper")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<ContainerHost> except(List<ContainerHost> some) {
    return hosts.all().stream().filter(host -> !some.contains(host)).toList();
  }

  /** The path is one behind that of the hosts, or a whole one. */
  private static JsonNode post(String path, Map<String, ?> body) throws IOException {
    return system
        .controlPlane()
        .post(path.startsWith(Fleet.TASKS) ? path : Fleet.HOSTS + path, body);
  }

  private static long batch(String operation, List<ContainerHost> some) throws IOException {
    List<Long> ids = some.stream().map(hosts::idOf).toList();
    return post("/" + operation, Map.of("hostIds", ids)).path("id").asLong();
  }

  private static ContainerHost awaitStop(ContainerHost host) {
    await(host + " stops").atMost(PATIENCE).until(host::isStopping);
    return host;
  }

  private static int sudo(String... command) throws IOException {
    return hosts
        .all()
        .get(1)
        .as(
            ContainerHost.USER,
            Stream.concat(Stream.of("sudo", "-n", "--"), Stream.of(command))
                .toArray(String[]::new));
  }

  private static Map<ContainerHost, Map<String, Long>> pids() {
    Map<ContainerHost, Map<String, Long>> pids = new HashMap<>();
    hosts.all().forEach(host -> pids.put(host, host.pids()));
    return pids;
  }

  private static Map<ContainerHost, Map<String, Integer>> startsAfterARestart() throws IOException {
    Map<ContainerHost, Map<String, Integer>> starts = new HashMap<>();
    for (ContainerHost host : hosts.all()) {
      starts.put(host, Fleet.afterARestart(host.starts()));
    }
    return starts;
  }

  private static void assertRestarted(
      ContainerHost host, Map<String, Long> before, Map<String, Integer> starts)
      throws IOException {
    Map<String, Long> now = host.pids();
    assertThat(now).as(host.name()).containsOnlyKeys(before.keySet());
    assertThat(now.values()).as(host.name()).doesNotContainAnyElementsOf(before.values());
    assertThat(host.starts()).as(host.name()).isEqualTo(starts);
  }

  private static void assertSuccessful(JsonNode task) {
    assertThat(task.path("status").asText()).as(task.toPrettyString()).isEqualTo("SUCCESSFUL");
  }

  /** Why lanes have failed, by their number: that of the host in the request. */
  private static Map<Integer, String> failures(JsonNode task) {
    return Fleet.list(task.path("subtasks")).stream()
        .filter(subtask -> subtask.path("status").asText().equals("FAILED"))
        .collect(
            Collectors.toMap(
                subtask -> subtask.path("parallelIdx").asInt(),
                subtask -> subtask.path("message").asText()));
  }
}
