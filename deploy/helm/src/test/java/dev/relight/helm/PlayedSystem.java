package dev.relight.helm;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The chart's Deployments as pods, and what a user and a cluster do to them. */
final class PlayedSystem implements AutoCloseable {
  static final String CONTROL_PLANE = "relight-control-plane";
  static final String WORKER = "relight-worker-default";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MASTER_KEYS = "1:" + Base64.getEncoder().encodeToString(new byte[32]);
  private static final int FIRST_STEP = 20;
  private static final int FIRST_POD = 30;

  /** A pod that runs. */
  record Replica(String deployment, String pod, String container, URI uri) {}

  /** Of everything that is made, so that nothing of anybody else is touched. */
  private final String name = "relight-" + UUID.randomUUID().toString().substring(0, 8);

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger made = new AtomicInteger(FIRST_POD);
  private final AtomicInteger turn = new AtomicInteger();
  private final List<String> containers = new CopyOnWriteArrayList<>();

  /** Which of them get requests: what a Service has as its endpoints. */
  private final List<Replica> endpoints = new CopyOnWriteArrayList<>();

  private final List<Replica> workers = new CopyOnWriteArrayList<>();
  private final String tag;
  private final Surroundings surroundings;
  private final Pods pods;

  PlayedSystem(String tag) throws IOException {
    this.tag = tag;
    surroundings = new Surroundings(name);
    pods = new Pods(manifests(), name);
  }

  void start() throws IOException {
    surroundings.start(
        "localhost/relight/demo-hosts:" + tag,
        "http://" + surroundings.address(FIRST_POD) + ":8080");
    secrets();
    List<Integer> migrations = stepsAtOnce(CONTROL_PLANE, 2);
    if (!migrations.equals(List.of(0, 0))) {
      throw new IOException("Migrations at the same time ended with " + migrations);
    }
    // One of each: an upgrade adds the other ones.
    List.of(run(CONTROL_PLANE), run(WORKER)).forEach(this::awaitReady);
    await()
        .atMost(PATIENCE)
        .until(() -> get("/compute/hosts?size=10").path("contents").size() == Surroundings.HOSTS);
  }

  Surroundings surroundings() {
    return surroundings;
  }

  List<Replica> endpoints() {
    return List.copyOf(endpoints);
  }

  List<Replica> workers() {
    return List.copyOf(workers);
  }

  List<Replica> all() {
    return Stream.concat(endpoints.stream(), workers.stream()).toList();
  }

  /** One of each of our images that runs. */
  List<String> containers() {
    return List.of(endpoints.get(0).container(), workers.get(0).container(), surroundings.hosts());
  }

  /** One more of a Deployment, which gets requests once it is ready. */
  Replica add(String deployment) throws IOException {
    Replica replica = run(deployment);
    awaitReady(replica);
    return replica;
  }

  /**
   * Tells one to end, as Kubernetes does: it gets no more requests, its preStop runs, and then it
   * gets the signal. Fails where that takes longer than its grace period.
   *
   * @param told is run right after the signal
   * @return its exit code
   */
  int end(Replica replica, Step told) throws Exception {
    endpoints.remove(replica);
    workers.remove(replica);
    Duration preStop = pods.preStop(replica.deployment());
    Thread.sleep(preStop.toMillis());
    Podman.run("kill", "--signal", "TERM", replica.container());
    told.perform();
    await()
        .atMost(pods.gracePeriod(replica.deployment()).minus(preStop))
        .until(() -> !Podman.isRunning(replica.container()));
    return Integer.parseInt(
        Podman.run("inspect", replica.container(), "--format", "{{.State.ExitCode}}"));
  }

  /** Something that may fail. */
  interface Step {
    void perform() throws Exception;
  }

  /** HTTP status of a health check, -1 without an answer. */
  int health(Replica replica, String check) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(replica.uri().resolve("/q/health/" + check))
              .timeout(Duration.ofSeconds(10))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(path, HttpRequest.newBuilder().GET());
  }

  /** Asks whichever control plane's turn it is. */
  JsonNode post(String path, String body) throws IOException, InterruptedException {
    return send(path, posting(body));
  }

  JsonNode post(Replica controlPlane, String path, String body)
      throws IOException, InterruptedException {
    return send(controlPlane, path, posting(body));
  }

  private static HttpRequest.Builder posting(String body) {
    return HttpRequest.newBuilder()
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private JsonNode send(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    List<Replica> now = endpoints();
    return send(now.get(Math.floorMod(turn.getAndIncrement(), now.size())), path, request);
  }

  private JsonNode send(Replica controlPlane, String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    String user = "admin:" + Surroundings.ADMIN_PASSWORD;
    HttpResponse<String> answer =
        http.send(
            request
                .uri(controlPlane.uri().resolve("/api/v2" + path))
                .header(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes()))
                .timeout(ANSWER)
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() != 200) {
      throw new IOException(controlPlane + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).path("data");
  }

  /** The step before a Deployment's pods, as often at the same time: its exit codes. */
  List<Integer> stepsAtOnce(String deployment, int times) {
    return IntStream.range(FIRST_STEP, FIRST_STEP + times)
        .parallel()
        .mapToObj(number -> step(deployment, number))
        .toList();
  }

  private int step(String deployment, int number) {
    String pod = name + "-step-" + number;
    try {
      String container = pods.step(deployment, pod, surroundings.address(number));
      containers.add(container);
      return Integer.parseInt(Podman.run("wait", container));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Replica run(String deployment) throws IOException {
    int number = made.getAndIncrement();
    String pod = name + "-" + deployment.substring("relight-".length()) + "-" + number;
    boolean controlPlane = deployment.equals(CONTROL_PLANE);
    String container = pods.run(deployment, pod, surroundings.address(number));
    containers.add(container);
    String authority = surroundings.address(number) + (controlPlane ? ":8080" : ":8081");
    return new Replica(deployment, pod, container, URI.create("http://" + authority));
  }

  private void awaitReady(Replica replica) {
    await()
        .atMost(PATIENCE)
        .failFast(replica + " has ended", () -> !Podman.isRunning(replica.container()))
        .until(() -> health(replica, "ready") == 200);
    (replica.deployment().equals(CONTROL_PLANE) ? endpoints : workers).add(replica);
  }

  private Manifests manifests() throws IOException {
    return Chart.render(
        Chart.example("smallest"),
        Map.ofEntries(
            Map.entry("images.controlPlane", "localhost/relight/control-plane"),
            Map.entry("images.worker", "localhost/relight/task-worker"),
            Map.entry("images.tag", tag),
            Map.entry("postgres.host", surroundings.postgres()),
            Map.entry("postgres.credentialsSecret", name + "-service"),
            Map.entry("postgres.migrationSecret", name + "-migration"),
            Map.entry("kafka.bootstrapServers", surroundings.kafka()),
            Map.entry("kafka.partitions", 4),
            Map.entry("kafka.commandPartitions", 8),
            Map.entry("controlPlane.adminPasswordSecret", name + "-admin"),
            Map.entry("controlPlane.masterKeysSecret", name + "-master-keys"),
            Map.entry("workers.ssh.secret", name + "-ssh"),
            Map.entry("workers.ssh.credentials.demo.user", "admin"),
            Map.entry("workers.ssh.credentials.demo.privateKey", "client_key")));
  }

  private void secrets() throws IOException {
    pods.secretVariables(
        name + "-service",
        Map.of("username", "relight", "password", Surroundings.SERVICE_PASSWORD));
    pods.secretVariables(
        name + "-migration",
        Map.of("username", "relight_migration", "password", Surroundings.MIGRATION_PASSWORD));
    pods.secretVariables(name + "-admin", Map.of("password", Surroundings.ADMIN_PASSWORD));
    pods.secretFiles(name + "-master-keys", Map.of("master-keys", MASTER_KEYS));
    pods.secretFiles(
        name + "-ssh",
        Map.of(
            "client_key", surroundings.key("client_key"),
            "known_hosts", surroundings.key("known_hosts")));
  }

  /** What the services and the backends said, for who looks for a reason. */
  void keepLogs(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String container :
        Stream.concat(containers.stream(), surroundings.containers().stream()).toList()) {
      String role = container.substring(name.length() + 1);
      Files.writeString(directory.resolve(role + ".log"), Podman.logs(container));
    }
  }

  @Override
  public void close() throws IOException {
    pods.close();
    surroundings.close();
  }
}
