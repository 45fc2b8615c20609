package dev.relight.helm;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the pods need around them, in containers: PostgreSQL, Kafka and demo hosts. */
final class Surroundings implements AutoCloseable {
  static final String ADMIN_PASSWORD = "of-the-admin";
  static final String SERVICE_PASSWORD = "of-the-service";
  static final String MIGRATION_PASSWORD = "of-the-migration";
  static final int HOSTS = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int POSTGRES = 10;
  private static final int KAFKA = 11;
  private static final int DEMO_HOSTS = 12;

  private final String name;
  private final Path keys = Files.createTempDirectory("relight-pods");
  private final List<String> containers = new ArrayList<>();
  private final String prefix;

  /** A network with nothing in it; everything that is made is called by the name, and more. */
  Surroundings(String name) throws IOException {
    this.name = name;
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxrwxrwx"));
    Podman.run("network", "create", name);
    String subnet =
        Podman.run("network", "inspect", name, "--format", "{{(index .Subnets 0).Subnet}}");
    prefix = subnet.substring(0, subnet.lastIndexOf('.') + 1);
  }

  /** An address of the network, by its last number. */
  String address(int last) {
    return prefix + last;
  }

  String postgres() {
    return address(POSTGRES);
  }

  String kafka() {
    return address(KAFKA) + ":9092";
  }

  /** One of the files that the demo hosts make for who operates them. */
  String key(String file) throws IOException {
    return Files.readString(keys.resolve(file));
  }

  /**
   * Starts all of it.
   *
   * @param demoHosts the image of the demo hosts
   * @param controlPlane where they are registered
   */
  void start(String demoHosts, String controlPlane) throws IOException {
    startPostgres();
    startKafka();
    startHosts(demoHosts, controlPlane);
    awaitLine("hosts", "demo-" + HOSTS + " is at");
    awaitLine("postgres", "PostgreSQL init process complete");
  }

  /** Runs a command at each demo host, which are in one container; {} is a host's directory. */
  String onHosts(String command) throws IOException {
    String all = "for host in /demo/demo-*; do " + command.replace("{}", "$host") + "; done";
    return Podman.run("exec", container("hosts"), "sh", "-c", all);
  }

  void pauseBackends() throws IOException {
    Podman.run("pause", container("postgres"), container("kafka"));
  }

  void resumeBackends() throws IOException {
    Podman.run("unpause", container("postgres"), container("kafka"));
  }

  void pauseHosts() throws IOException {
    Podman.run("pause", container("hosts"));
  }

  void resumeHosts() throws IOException {
    Podman.run("unpause", container("hosts"));
  }

  /** The container of all demo hosts. */
  String hosts() {
    return container("hosts");
  }

  List<String> containers() {
    return List.copyOf(containers);
  }

  private void startPostgres() throws IOException {
    Path passwords = keys.resolve("passwords.sql");
    Files.writeString(
        passwords,
        "alter role relight_migration password '%s';\nalter role relight password '%s';\n"
            .formatted(MIGRATION_PASSWORD, SERVICE_PASSWORD));
    Path roles = Path.of("..", "postgres", "roles.sql").toAbsolutePath().normalize();
    run(
        "postgres",
        POSTGRES,
        List.of(
            "--env=POSTGRES_PASSWORD=of-the-superuser",
            "--volume=" + roles + ":/docker-entrypoint-initdb.d/1.sql:ro",
            "--volume=" + passwords + ":/docker-entrypoint-initdb.d/2.sql:ro"),
        "localhost/postgres:15");
  }

  private void startKafka() throws IOException {
    run(
        "kafka",
        KAFKA,
        List.of(
            "--env=KAFKA_NODE_ID=1",
            "--env=KAFKA_PROCESS_ROLES=broker,controller",
            "--env=KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9094",
            "--env=KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://" + kafka(),
            "--env=KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
            "--env=KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "--env=KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9094",
            "--env=KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
            "--env=KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=4",
            "--env=KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0"),
        "localhost/kafka:4");
  }

  private void startHosts(String image, String controlPlane) throws IOException {
    run(
        "hosts",
        DEMO_HOSTS,
        List.of(
            // Somebody has to bury the dead.
            "--init",
            "--read-only",
            // Without U it belongs to root, and is nobody else's to write to.
            "--tmpfs=/demo:mode=0777,exec,U",
            "--volume=" + keys + ":/keys",
            "--env=RELIGHT_DEMO_HOSTS=" + HOSTS,
            "--env=RELIGHT_DEMO_DATA=/demo",
            "--env=RELIGHT_DEMO_KEYS=/keys",
            "--env=RELIGHT_DEMO_CONTROL_PLANE=" + controlPlane,
            "--env=RELIGHT_ADMIN_PASSWORD=" + ADMIN_PASSWORD),
        image);
  }

  private void run(String role, int last, List<String> options, String image) throws IOException {
    List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", container(role)));
    command.addAll(List.of("--network", name, "--ip", address(last)));
    command.addAll(options);
    command.add(image);
    containers.add(container(role));
    Podman.run(command.toArray(String[]::new));
  }

  private void awaitLine(String role, String line) {
    await()
        .atMost(PATIENCE)
        .failFast(role + " has ended", () -> !Podman.isRunning(container(role)))
        .until(() -> Podman.logs(container(role)).contains(line));
  }

  private String container(String role) {
    return name + "-" + role;
  }

  @Override
  public void close() throws IOException {
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
