package dev.relight.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker, its own controller, in this JVM and on loopback: topics, records and offsets stay
 * in its directory.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private KafkaBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts the broker; in a new directory it is formatted first.
   *
   * @param directory where everything stays
   * @param settings further settings of the broker
   */
  public static KafkaBroker start(Path directory, Map<String, String> settings) throws IOException {
    Path home = Files.createDirectories(directory.toAbsolutePath().normalize());
    String bootstrapServers = "127.0.0.1:" + FreePort.next();
    Properties properties = properties(home, bootstrapServers, "127.0.0.1:" + FreePort.next());
    return start(home, Uuid.randomUuid().toString(), properties, bootstrapServers, settings);
  }

  /**
   * Starts a broker of a cluster of several.
   *
   * @param directory where everything stays
   * @param cluster id of the cluster, the same for all of its brokers
   * @param settings the node's id, all listeners, the voters, and whatever else
   */
  public static KafkaBroker join(Path directory, String cluster, Map<String, String> settings)
      throws IOException {
    Path home = Files.createDirectories(directory.toAbsolutePath().normalize());
    return start(home, cluster, properties(home, "", ""), "", settings);
  }

  private static KafkaBroker start(
      Path home,
      String cluster,
      Properties properties,
      String bootstrapServers,
      Map<String, String> settings)
      throws IOException {
    properties.putAll(settings);
    if (Files.notExists(home.resolve("meta.properties"))) {
      format(home, cluster, Integer.parseInt(properties.getProperty("node.id")));
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw new IOException("Kafka does not start", e);
    }
    return new KafkaBroker(server, bootstrapServers);
  }

  /** Host and port for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Ends the broker in good order. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties properties(Path home, String listener, String controller) {
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE));
    properties.put("log.dirs", home.toString());
    properties.put("listeners", "PLAINTEXT://" + listener + "," + CONTROLLER + "://" + controller);
    properties.put("advertised.listeners", "PLAINTEXT://" + listener);
    properties.put("controller.listener.names", CONTROLLER);
    properties.put("controller.quorum.voters", NODE + "@" + controller);
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    // One broker has nothing to balance: a topic of 50 partitions only costs its files.
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("group.initial.rebalance.delay.ms", "0");
    // So long a killed broker keeps its successor waiting, and so long a living one may stand still
    // on a busy machine without being taken for dead.
    properties.put("broker.session.timeout.ms", "6000");
    properties.put("broker.heartbeat.interval.ms", "1000");
    // The default of 128 MB halts a JVM with a small heap without a word.
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    // Where topics are kept for minutes, what is older goes soon.
    properties.put("log.retention.check.interval.ms", "10000");
    return properties;
  }

  private static void format(Path home, String cluster, int node) throws IOException {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(node)
          .setClusterId(cluster)
          .setDirectories(List.of(home.toString()))
          .setMetadataLogDirectory(home.toString())
          .setControllerListenerName(CONTROLLER)
          .run();
    } catch (Exception e) {
      throw new IOException("Kafka cannot format " + home, e);
    }
  }
}
