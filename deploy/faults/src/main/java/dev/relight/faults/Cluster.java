package dev.relight.faults;

import dev.relight.embedded.FreePort;
import dev.relight.local.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers, a process each. Every service reaches them by links of its own, and learns of no
 * other way; whoever looks on from outside reaches them directly.
 */
final class Cluster implements AutoCloseable {
  static final int BROKERS = 3;
  private static final long LOOK_MILLIS = 50;
  private static final String DIRECT = "DIRECT";
  private static final String CONTROLLER = "CONTROLLER";

  private final List<Node> brokers = new ArrayList<>();
  private final Map<String, List<Link>> links = new HashMap<>();
  private final List<Integer> direct = new ArrayList<>();
  private final Path directory;

  /**
   * Starts them.
   *
   * @param root of the system's data
   * @param services the names of those who need links
   */
  Cluster(Path root, Path logs, List<String> services) throws IOException {
    directory = Files.createDirectories(root.resolve("kafka"));
    String cluster = Uuid.randomUuid().toString();
    List<Integer> controllers = new ArrayList<>();
    for (int i = 0; i < BROKERS; i++) {
      direct.add(FreePort.next());
      controllers.add(FreePort.next());
    }
    services.forEach(service -> links.put(service, new ArrayList<>()));
    for (int i = 0; i < BROKERS; i++) {
      Path settings = directory.resolve("broker-" + (i + 1) + ".properties");
      try (Writer file = Files.newBufferedWriter(settings)) {
        settings(i, controllers, services).store(file, null);
      }
      List<String> command = command(root, home(i), cluster, settings);
      String name = "broker-" + (i + 1);
      Node broker =
          new Node(
              name,
              direct.get(i),
              false,
              logs.resolve(name + ".log"),
              () -> new ProcessBuilder(command),
              // Without room on its disk it ends, and may.
              complaint -> {});
      broker.start();
      brokers.add(broker);
    }
  }

  List<Node> brokers() {
    return List.copyOf(brokers);
  }

  /** Where a broker keeps its log. */
  Path home(int broker) {
    return directory.resolve("broker-" + (broker + 1));
  }

  /** For those who look on. */
  String direct() {
    return direct.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /** What the service takes for the cluster. */
  String bootstrapServersOf(String service) {
    return links.get(service).stream()
        .map(link -> "127.0.0.1:" + link.port())
        .collect(Collectors.joining(","));
  }

  /** From the service to each of the brokers. */
  List<Link> linksOf(String service) {
    return links.get(service);
  }

  List<Link> allLinks() {
    return links.values().stream().flatMap(List::stream).toList();
  }

  /** Waits until all brokers have started. */
  void awaitAnswers() throws InterruptedException, ExecutionException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", direct(),
            "reconnect.backoff.max.ms", 100,
            "default.api.timeout.ms", 180_000);
    try (Admin admin = Admin.create(settings)) {
      while (admin.describeCluster().nodes().get().size() < BROKERS) {
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    brokers.forEach(Node::close);
    allLinks().forEach(Link::close);
  }

  private Properties settings(int number, List<Integer> controllers, List<String> services) {
    List<String> listeners = new ArrayList<>();
    List<String> advertised = new ArrayList<>();
    List<String> protocols = new ArrayList<>(List.of(CONTROLLER + ":PLAINTEXT"));
    listeners.add(listener(CONTROLLER, controllers.get(number)));
    listeners.add(listener(DIRECT, direct.get(number)));
    advertised.add(listener(DIRECT, direct.get(number)));
    protocols.add(DIRECT + ":PLAINTEXT");
    for (String service : services) {
      String name = service.toUpperCase(Locale.ROOT).replace('-', '_');
      int port = FreePort.next();
      Link link = new Link(port);
      links.get(service).add(link);
      listeners.add(listener(name, port));
      advertised.add(listener(name, link.port()));
      protocols.add(name + ":PLAINTEXT");
    }
    List<String> voters = new ArrayList<>();
    for (int i = 0; i < BROKERS; i++) {
      voters.add((i + 1) + "@127.0.0.1:" + controllers.get(i));
    }
    Properties settings = new Properties();
    settings.put("node.id", Integer.toString(number + 1));
    settings.put("listeners", String.join(",", listeners));
    settings.put("advertised.listeners", String.join(",", advertised));
    settings.put("listener.security.protocol.map", String.join(",", protocols));
    settings.put("inter.broker.listener.name", DIRECT);
    settings.put("controller.quorum.voters", String.join(",", voters));
    settings.put("offsets.topic.replication.factor", "3");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", "3");
    settings.put("share.coordinator.state.topic.replication.factor", "3");
    settings.put("controlled.shutdown.enable", "true");
    // Small files, as the disk of one broker is small.
    settings.put("log.segment.bytes", "16777216");
    settings.put("log.index.size.max.bytes", "262144");
    return settings;
  }

  private static String listener(String name, int port) {
    return name + "://127.0.0.1:" + port;
  }

  private static List<String> command(Path root, Path home, String cluster, Path settings) {
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        Leftovers.MARK + root,
        "-cp",
        System.getProperty("java.class.path"),
        Broker.class.getName(),
        home.toString(),
        cluster,
        settings.toString());
  }
}
