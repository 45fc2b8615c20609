package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.embedded.FreePort;
import dev.relight.embedded.KafkaBroker;
import dev.relight.embedded.PostgresServer;
import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/kafka/acls} gives the services is enough, and no more than they need. */
class KafkaAclsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String CONTROL_PLANE = "relight-control-plane";
  private static final String WORKER = "relight-worker";
  private static final String PASSWORD = "secret";

  @TempDir static Path directory;
  private static final Parts PARTS = new Parts();
  private static KafkaBroker kafka;
  private static ControlPlane api;

  @BeforeAll
  static void start() throws Exception {
    PostgresServer postgres =
        PARTS.add(PostgresServer.start(directory.resolve("postgres"), Durability.NONE, Map.of()));
    kafka = PARTS.add(KafkaBroker.start(directory.resolve("kafka"), secured()));
    try (Admin admin = admin("admin")) {
      admin.createAcls(acls()).all().get();
    }
    int port = FreePort.next();
    Service controlPlane =
        service(
            "control-plane",
            port,
            CONTROL_PLANE,
            new PackagedService("control-plane", "256m", directory)
                .with("quarkus.datasource.reactive.url", postgres.reactiveUrl())
                .with("quarkus.datasource.jdbc.url", postgres.jdbcUrl())
                .with("quarkus.datasource.username", postgres.serviceUser())
                .withSecret("QUARKUS_DATASOURCE_PASSWORD", postgres.servicePassword())
                .with("quarkus.flyway.username", postgres.user())
                .withSecret("QUARKUS_FLYWAY_PASSWORD", postgres.password())
                .withSecret("RELIGHT_ADMIN_PASSWORD", PASSWORD)
                .with("relight.topics.partitions", 2)
                .with("relight.topics.command-partitions", 4));
    // It makes the topics; before, whoever asks for one is told that he may not make it.
    await().atMost(PATIENCE).until(controlPlane::isReady);
    Service worker =
        service(
            "worker",
            FreePort.next(),
            WORKER,
            new PackagedService("task-worker", "128m", directory));
    await().atMost(PATIENCE).until(worker::isReady);
    api = new ControlPlane(controlPlane.uri(), LocalSystem.ADMIN, PASSWORD);
  }

  @AfterAll
  static void end() {
    PARTS.close();
  }

  @Test
  void theServicesDoTheirWorkWithThem() throws Exception {
    long host =
        api.post(
                "/compute/hosts",
                Map.of(
                    "name", "host",
                    "innerIpAddress", "127.0.0.1",
                    "profile", "noop",
                    "agentHome", "/opt/agent",
                    "credential", "none"))
            .get("id")
            .asLong();
    JsonNode task = api.post("/compute/hosts/batchRestartAgents", Map.of("hostIds", List.of(host)));
    String path = "/tasks/instances/" + task.get("id").asLong();
    await().atMost(PATIENCE).until(() -> api.get(path).get("status").asText().equals("SUCCESSFUL"));
    // The events of it, too: the control plane that publishes them reads them.
    assertThat(Files.readString(directory.resolve("control-plane.log")))
        .doesNotContain("AuthorizationException");
    assertThat(Files.readString(directory.resolve("worker.log")))
        .doesNotContain("AuthorizationException");
  }

  @Test
  void nobodyMayDoMore() throws Exception {
    Map<String, Set<String>> worker = allowed(WORKER);
    assertThat(worker)
        .containsEntry("relight.subtask-commands", Set.of("READ"))
        .containsEntry("relight.subtask-commands.dlq", Set.of("WRITE"))
        .containsEntry("relight.subtask-reports", Set.of("WRITE"))
        .containsEntry("relight.worker-heartbeats", Set.of("WRITE"))
        .containsEntry("relight.worker-control", Set.of("READ"))
        // What happened is said by the control planes alone.
        .doesNotContainKeys("relight.task-status", "relight.subtask-status");
    assertThat(allowed(CONTROL_PLANE))
        .containsEntry("relight.subtask-commands", Set.of("CREATE", "WRITE"))
        .containsEntry("relight.subtask-reports", Set.of("CREATE", "READ"))
        .containsEntry("relight.task-status", Set.of("CREATE", "READ", "WRITE"))
        .containsEntry("relight.subtask-status", Set.of("CREATE", "WRITE"))
        .doesNotContainKey("somebody.else");
    assertThat(allowed("stranger")).isEmpty();
  }

  /** What a principal may do with each topic that it can see, beside seeing it. */
  private static Map<String, Set<String>> allowed(String principal)
      throws ExecutionException, InterruptedException {
    Map<String, Set<String>> allowed = new TreeMap<>();
    try (Admin admin = admin(principal)) {
      Set<String> names = admin.listTopics().names().get();
      admin
          .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
          .allTopicNames()
          .get()
          .forEach(
              (name, topic) -> {
                Set<String> operations = new TreeSet<>();
                topic.authorizedOperations().forEach(it -> operations.add(it.name()));
                operations.remove("DESCRIBE");
                allowed.put(name, operations);
              });
    }
    return allowed;
  }

  /** As an operator applies them, by the table that the script prints. */
  private static List<AclBinding> acls() throws IOException, InterruptedException {
    Process script = new ProcessBuilder("../kafka/acls", "--table").start();
    List<AclBinding> bindings = new ArrayList<>();
    for (String line : new String(script.getInputStream().readAllBytes()).split("\n")) {
      String[] words = line.split(" ");
      bindings.add(
          new AclBinding(
              new ResourcePattern(
                  ResourceType.fromString(words[2]),
                  words[3],
                  PatternType.fromString(words[4].toUpperCase(Locale.ROOT))),
              new AccessControlEntry(
                  words[0], "*", AclOperation.fromString(words[1]), AclPermissionType.ALLOW)));
    }
    assertThat(script.waitFor()).isZero();
    return bindings;
  }

  private static Service service(String name, int port, String principal, PackagedService packaged)
      throws IOException {
    ProcessBuilder builder =
        packaged
            .quickly()
            .with("quarkus.http.port", port)
            .with("kafka.bootstrap.servers", kafka.bootstrapServers())
            .with("kafka.security.protocol", "SASL_PLAINTEXT")
            .with("kafka.sasl.mechanism", "PLAIN")
            .withSecret("KAFKA_SASL_JAAS_CONFIG", login(principal))
            .builder();
    return PARTS.add(
        new Service(name, port, builder, directory.resolve(name + ".log"), System.out::println));
  }

  private static Admin admin(String principal) {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            login(principal)));
  }

  private static String login(String principal) {
    return module("username=\"%s\" password=\"%s\"".formatted(principal, PASSWORD));
  }

  private static String module(String options) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + options + ";";
  }

  /** A broker that knows who asks, and lets nobody do what was not allowed. */
  private static Map<String, String> secured() {
    StringBuilder users = new StringBuilder("username=\"admin\" password=\"" + PASSWORD + "\"");
    for (String user : List.of("admin", CONTROL_PLANE, WORKER, "stranger")) {
      users.append(" user_%s=\"%s\"".formatted(user, PASSWORD));
    }
    return Map.of(
        "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name", "PLAINTEXT",
        "sasl.enabled.mechanisms", "PLAIN",
        "sasl.mechanism.inter.broker.protocol", "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config", module(users.toString()),
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        // Broker and controller speak to each other on a port of their own.
        "super.users", "User:admin;User:ANONYMOUS");
  }
}
