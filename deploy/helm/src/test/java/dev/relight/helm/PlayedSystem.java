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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The chart's Deployments as pods, with PostgreSQL, Kafka and demo hosts in containers beside. */
final class PlayedSystem implements AutoCloseable {
  static final String PASSWORD = "of-the-trial";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of everything that is made, so that nothing of anybody else is touched. */
  private final String name = "relight-" + UUID.randomUUID().toString().substring(0, 8);

  private final Path keys = Files.createTempDirectory("relight-pods");
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> containers = new ArrayList<>();
  private final String tag;
  private String prefix;
  private Pods pods;

  PlayedSystem(String tag) throws IOException {
    this.tag = tag;
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  void start() throws IOException {
    Podman.run("network", "create", name);
    String subnet =
        Podman.run("network", "inspect", name, "--format", "{{(index .Subnets 0).Subnet}}");
    prefix = subnet.substring(0, subnet.lastIndexOf('.') + 1);
    postgres();
    kafka();
    hosts();
    pods = new Pods(manifests(), name);
    secrets();
    migrateTwiceAtOnce();
    for (int i = 0; i < 2; i++) {
      containers.add(
          pods.run(deployment("control-plane"), name + "-control-" + i, address(20 + i)));
      containers.add(
          pods.run(deployment("worker-default"), name + "-worker-" + i, address(30 + i)));
    }
    for (URI service : services()) {
      await().atMost(PATIENCE).until(() -> health(service, "ready") == 200);
    }
    await()
        .atMost(PATIENCE)
        .until(() -> get("/compute/hosts?size=10").path("contents").size() == 3);
  }

  /** All control planes and workers. */
  List<URI> services() {
    return Stream.concat(
            Stream.of(controlPlane(0), controlPlane(1)),
            Stream.of(30, 31).map(last -> URI.create("http://" + address(last) + ":8081")))
        .toList();
  }

  URI controlPlane(int number) {
    return URI.create("http://" + address(20 + number) + ":8080");
  }

  /** HTTP status of a health check, -1 without an answer. */
  int health(URI service, String check) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(service.resolve("/q/health/" + check))
              .timeout(Duration.ofSeconds(10))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(0, path, HttpRequest.newBuilder().GET());
  }

  JsonNode post(int controlPlane, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(controlPlane, path, request);
  }

  private JsonNode send(int controlPlane, String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    String basic = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes());
    HttpResponse<String> answer =
        http.send(
            request
                .uri(controlPlane(controlPlane).resolve("/api/v2" + path))
                .header("Authorization", "Basic " + basic)
                .timeout(ANSWER)
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).path("data");
  }

  /** Tells a worker to end, as Kubernetes does, and returns its exit code. */
  int endWorker(int number) throws IOException {
    int grace = pods.gracePeriod(deployment("worker-default"));
    Podman.run("pod", "stop", "--time", String.valueOf(grace), name + "-worker-" + number);
    String container = name + "-worker-" + number + "-worker";
    return Integer.parseInt(Podman.run("inspect", container, "--format", "{{.State.ExitCode}}"));
  }

  /** Runs something on all demo hosts, which are in one container; {} is a host's directory. */
  String onHosts(String command) throws IOException {
    String all = "for host in /demo/demo-*; do " + command.replace("{}", "$host") + "; done";
    return Podman.run("exec", name + "-hosts", "sh", "-c", all);
  }

  void backends(String command) throws IOException {
    Podman.run(command, name + "-postgres", name + "-kafka");
  }

  private Manifests manifests() throws IOException {
    return Chart.render(
        Chart.example("smallest"),
        Map.ofEntries(
            Map.entry("images.controlPlane", "localhost/relight/control-plane"),
            Map.entry("images.worker", "localhost/relight/task-worker"),
            Map.entry("images.tag", tag),
            Map.entry("postgres.host", address(10)),
            Map.entry("postgres.credentialsSecret", name + "-service"),
            Map.entry("postgres.migrationSecret", name + "-migration"),
            Map.entry("kafka.bootstrapServers", address(11) + ":9092"),
            Map.entry("kafka.partitions", 4),
            Map.entry("kafka.commandPartitions", 8),
            Map.entry("controlPlane.adminPasswordSecret", name + "-admin"),
            Map.entry("workers.ssh.secret", name + "-ssh"),
            Map.entry("workers.ssh.credentials.demo.user", "admin"),
            Map.entry("workers.ssh.credentials.demo.privateKey", "client_key")));
  }

  private void postgres() throws IOException {
    Path passwords = keys.resolve("passwords.sql");
    Files.writeString(
        passwords,
        "alter role relight_migration password 'of-the-migration';\n"
            + "alter role relight password 'of-the-service';\n");
    Path roles = Path.of("..", "postgres", "roles.sql").toAbsolutePath().normalize();
    container(
        "postgres",
        10,
        List.of(
            "--env=POSTGRES_PASSWORD=of-the-superuser",
            "--volume=" + roles + ":/docker-entrypoint-initdb.d/1.sql:ro",
            "--volume=" + passwords + ":/docker-entrypoint-initdb.d/2.sql:ro"),
        "localhost/postgres:15");
  }

  private void kafka() throws IOException {
    container(
        "kafka",
        11,
        List.of(
            "--env=KAFKA_NODE_ID=1",
            "--env=KAFKA_PROCESS_ROLES=broker,controller",
            "--env=KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9094",
            "--env=KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://" + address(11) + ":9092",
            "--env=KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
            "--env=KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "--env=KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9094",
            "--env=KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
            "--env=KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=4",
            "--env=KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0"),
        "localhost/kafka:4");
  }

  private void hosts() throws IOException {
    container(
        "hosts",
        12,
        List.of(
            // Somebody has to bury the dead.
            "--init",
            "--read-only",
            "--tmpfs=/demo:mode=1777,exec",
            "--volume=" + keys + ":/keys",
            "--env=RELIGHT_DEMO_HOSTS=3",
            "--env=RELIGHT_DEMO_DATA=/demo",
            "--env=RELIGHT_DEMO_KEYS=/keys",
            "--env=RELIGHT_DEMO_CONTROL_PLANE=" + controlPlane(0),
            "--env=RELIGHT_ADMIN_PASSWORD=" + PASSWORD),
        "localhost/relight/demo-hosts:" + tag);
    await()
        .atMost(PATIENCE)
        .until(() -> Podman.run("logs", name + "-hosts").contains("demo-3 is at"));
  }

  private void container(String role, int last, List<String> options, String image)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", name + "-" + role));
    command.addAll(List.of("--network", name, "--ip", address(last)));
    command.addAll(options);
    command.add(image);
    containers.add(name + "-" + role);
    Podman.run(command.toArray(String[]::new));
  }

  private void secrets() throws IOException {
    pods.secretVariables(
        name + "-service", Map.of("username", "relight", "password", "of-the-service"));
    pods.secretVariables(
        name + "-migration",
        Map.of("username", "relight_migration", "password", "of-the-migration"));
    pods.secretVariables(name + "-admin", Map.of("password", PASSWORD));
    pods.secretFiles(
        name + "-ssh",
        Map.of(
            "client_key", Files.readString(keys.resolve("client_key")),
            "known_hosts", Files.readString(keys.resolve("known_hosts"))));
  }

  /** As two replicas do that start at the same time. */
  private void migrateTwiceAtOnce() throws IOException {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Podman.run("logs", name + "-postgres")
                    .contains("PostgreSQL init process complete"));
    List<Integer> codes =
        Stream.of(0, 1)
            .parallel()
            .map(
                i -> {
                  try {
                    return pods.start(
                        deployment("control-plane"), name + "-migrate-" + i, address(40 + i));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    if (!codes.equals(List.of(0, 0))) {
      throw new IOException(
          "The migrations ended with "
              + codes
              + ": "
              + Podman.run("logs", name + "-migrate-0-migrate"));
    }
  }

  private static String deployment(String component) {
    return "relight-" + component;
  }

  private String address(int last) {
    return prefix + last;
  }

  /** What the services and the backends said, for who looks for a reason. */
  void keepLogs(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String container : containers) {
      String role = container.substring(name.length() + 1);
      Files.writeString(directory.resolve(role + ".log"), Podman.run("logs", container));
    }
  }

  @Override
  public void close() throws IOException {
    if (pods != null) {
      pods.close();
    }
    for (String container : containers) {
      Podman.run("rm", "--force", "--ignore", "--time", "1", "--volumes", container);
    }
    for (String volume : Podman.run("volume", "ls", "--quiet").lines().toList()) {
      if (volume.startsWith(name)) {
        Podman.run("volume", "rm", volume);
      }
    }
    Podman.run("network", "rm", "--force", name);
    try (Stream<Path> files = Files.list(keys)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(keys);
  }
}
