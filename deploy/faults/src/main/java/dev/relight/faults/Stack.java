package dev.relight.faults;

import dev.relight.embedded.DirectoryLock;
import dev.relight.embedded.DirectoryTree;
import dev.relight.embedded.FreePort;
import dev.relight.embedded.Scratch;
import dev.relight.local.DemoHost;
import dev.relight.local.Leftovers;
import dev.relight.local.PackagedService;
import dev.relight.local.SshFront;
import dev.relight.local.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The system under test, all of it real and every part of it within reach: two control planes and
 * three workers as they are packaged, three brokers, PostgreSQL, hosts, and the network between.
 */
final class Stack implements AutoCloseable {
  static final int CONTROL_PLANES = 2;
  static final int WORKERS = 3;
  static final int HOSTS = 50;

  /** Hosts without an agent, for tasks that cost nothing. */
  static final int IDLE_HOSTS = 60;

  static final String PREFIX = "relight";

  private static final String CREDENTIAL = "demo";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Node> controlPlanes = new ArrayList<>();
  private final List<Node> workers = new ArrayList<>();
  private final Path root;
  private final Path logs;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final String password = UUID.randomUUID().toString();
  private Disks disks;
  private Database database;
  private Cluster cluster;
  private Hosts hosts;
  private Inventory inventory;

  /** What workers call the topics; a row may come between them and the control planes. */
  private volatile String prefixOfWorkers = PREFIX;

  private Stack(Path logs) throws IOException {
    // Also where it is interrupted, nothing may be left running.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop"));
    DirectoryLock lock = Scratch.fresh("faults", Stack::clear);
    root = lock.directory();
    parts.push(
        () -> {
          DirectoryTree.delete(root);
          lock.close();
        });
    parts.push(() -> Leftovers.clear(root));
    this.logs = Files.createDirectories(logs == null ? root.resolve("logs") : logs);
  }

  /**
   * Starts all of it, or leaves nothing behind.
   *
   * @param logs where they are kept; null where they are deleted in the end
   */
  static Stack start(Path logs) throws Exception {
    Stack stack = new Stack(logs);
    try {
      stack.startParts();
      return stack;
    } catch (Exception | Error e) {
      stack.close();
      throw e;
    }
  }

  private void startParts() throws Exception {
    disks = add(Disks.under(root));
    List<String> controlPlaneNames = names("control-plane-", CONTROL_PLANES);
    List<String> workerNames = names("worker-", WORKERS);
    cluster =
        add(
            new Cluster(
                root,
                logs,
                Stream.concat(controlPlaneNames.stream(), workerNames.stream()).toList()));
    database = add(new Database(root.resolve("postgres"), controlPlaneNames));
    hosts = add(new Hosts(root.resolve("hosts"), root.resolve("ssh"), HOSTS));
    for (String name : controlPlaneNames) {
      controlPlanes.add(start(name, controlPlane(name)));
    }
    for (String name : workerNames) {
      workers.add(start(name, worker(name)));
    }
    for (Node service : services()) {
      service.awaitReady();
    }
    inventory = new Inventory(client(), database, CREDENTIAL);
    inventory.register(hosts.all());
    inventory.registerIdle(IDLE_HOSTS);
  }

  List<Node> controlPlanes() {
    return List.copyOf(controlPlanes);
  }

  List<Node> workers() {
    return List.copyOf(workers);
  }

  List<Node> services() {
    return Stream.concat(controlPlanes.stream(), workers.stream()).toList();
  }

  Cluster cluster() {
    return cluster;
  }

  Database database() {
    return database;
  }

  Disks disks() {
    return disks;
  }

  List<DemoHost> hosts() {
    return hosts.all();
  }

  Inventory inventory() {
    return inventory;
  }

  Path logs() {
    return logs;
  }

  /** A user who goes to another control plane when one does not answer. */
  Client client() {
    return new Client(controlPlanes.stream().map(Node::uri).toList(), password, complaints::add);
  }

  /** A user of that one control plane. */
  Client clientOf(Node controlPlane) {
    return new Client(List.of(controlPlane.uri()), password, complaints::add);
  }

  /** Workers that are started from now on read and write topics of another name. */
  void workersCallTopics(String prefix) {
    prefixOfWorkers = prefix;
  }

  /** Whatever is broken is mended, whatever was ended is started; returns when all of it works. */
  void mend() throws IOException, InterruptedException {
    disks.free();
    Stream.concat(services().stream(), cluster.brokers().stream()).forEach(Node::resume);
    cluster.allLinks().forEach(Link::mend);
    database.links().forEach(Link::mend);
    if (!database.isAlive()) {
      database.start();
    }
    for (Node broker : cluster.brokers()) {
      broker.start();
    }
    for (Node service : services()) {
      service.start();
    }
    for (DemoHost host : hosts.all()) {
      Hosts.clearFaults(host);
    }
    for (Node service : services()) {
      service.awaitReady();
    }
  }

  /** What no fault explains, each once: wrong answers, and services that ended by themselves. */
  List<String> complaints() {
    services().forEach(Node::complainOfEnd);
    List<String> all = new ArrayList<>();
    for (String one = complaints.poll(); one != null; one = complaints.poll()) {
      all.add(one);
    }
    return all;
  }

  /** Ends all of it, and leaves nothing behind. */
  @Override
  public synchronized void close() {
    services().forEach(Node::close);
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("While stopping: " + e);
      }
    }
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private static void clear(Path left) throws IOException {
    Leftovers.clear(left);
    Disks.unmountAll(left);
  }

  private Node start(String name, PackagedNode packaged) throws IOException {
    Path log = name.equals("worker-1") ? disks.small("worker-log").resolve("log") : null;
    int port = FreePort.next();
    Node node =
        new Node(
            name,
            port,
            true,
            log == null ? logs.resolve(name + ".log") : log,
            () -> packaged.builder(port),
            complaints::add);
    node.start();
    return add(node);
  }

  /** Made anew for each start. */
  private interface PackagedNode {
    ProcessBuilder builder(int port);
  }

  private PackagedNode controlPlane(String name) {
    return port ->
        packaged("control-plane", "384m")
            .with("quarkus.http.port", port)
            .with("quarkus.datasource.reactive.url", database.reactiveUrlOf(name))
            .with("quarkus.datasource.jdbc.url", "jdbc:" + database.reactiveUrlOf(name))
            .with("quarkus.datasource.username", database.user())
            .withSecret("QUARKUS_DATASOURCE_PASSWORD", database.password())
            .with("quarkus.flyway.username", database.owner())
            .withSecret("QUARKUS_FLYWAY_PASSWORD", database.ownersPassword())
            .withSecret("RELIGHT_ADMIN_PASSWORD", password)
            .with("kafka.bootstrap.servers", cluster.bootstrapServersOf(name))
            .with("relight.topics.partitions", 4)
            .with("relight.topics.command-partitions", 4 * WORKERS)
            .with("relight.topics.replication-factor", Cluster.BROKERS)
            .with("relight.topics.min-insync-replicas", 2)
            .quickly()
            .builder();
  }

  private PackagedNode worker(String name) {
    SshFront ssh = hosts.ssh();
    return port ->
        packaged("task-worker", "192m")
            .with("quarkus.http.port", port)
            .with("kafka.bootstrap.servers", cluster.bootstrapServersOf(name))
            .with("relight.topics.prefix", prefixOfWorkers)
            .with("relight.agent.settle", "PT0.2S")
            .with("relight.ssh.known-hosts", ssh.knownHosts())
            .with("relight.ssh.credentials." + CREDENTIAL + ".user", SshFront.USER)
            .with("relight.ssh.credentials." + CREDENTIAL + ".private-key", ssh.clientKey())
            .quickly()
            .builder();
  }

  private PackagedService packaged(String module, String heap) {
    try {
      return new PackagedService(module, heap, root);
    } catch (StartFailure e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> prefix + number).toList();
  }
}
