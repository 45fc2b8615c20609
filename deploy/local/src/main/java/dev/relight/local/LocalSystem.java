package dev.relight.local;

import dev.relight.embedded.FreePort;
import dev.relight.embedded.KafkaBroker;
import dev.relight.embedded.PostgresServer;
import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The whole system on this machine, every part of it real: once it is started it can be used, and
 * once it is closed nothing of it runs.
 */
public final class LocalSystem implements AutoCloseable {
  /** The user that may do everything. */
  public static final String ADMIN = "admin";

  /** The credential by which workers enter the demo hosts. */
  static final String CREDENTIAL = "demo";

  private static final Duration READY = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 50;

  /** Few hosts on one machine are looked at often: whoever tries something wants to see it. */
  private static final Duration REFRESH_LEAST = Duration.ofSeconds(2);

  private static final Duration REFRESH_PER_HOST = Duration.ofMillis(100);

  /** One of the things that are started at the same time. */
  private interface Step {
    void run() throws IOException;
  }

  private final Options options;
  private final Map<String, String> settings;
  private final Consumer<String> progress;
  private final Parts parts = new Parts();
  private final List<Service> controlPlanes = new ArrayList<>();
  private final List<Service> workers = new ArrayList<>();
  private Data data;
  private String password;
  private PostgresServer postgres;
  private KafkaBroker kafka;
  private DemoHosts hosts;
  private Map<String, Long> hostIds;
  private Consumer<PackagedService> moreForWorkers = worker -> {};

  /**
   * A system that is not started yet.
   *
   * @param progress is told what is going on, a line each
   */
  public LocalSystem(Options options, Consumer<String> progress) {
    this(options, Map.of(), progress);
  }

  /** The same with further settings of both services. */
  public LocalSystem(Options options, Map<String, String> settings, Consumer<String> progress) {
    this.options = options;
    this.settings = settings;
    this.progress = progress;
  }

  /** To be called before the start: what workers are told beside what the demo hosts take. */
  LocalSystem tellWorkers(Consumer<PackagedService> more) {
    moreForWorkers = more;
    return this;
  }

  /** A system that was started. */
  public static LocalSystem start(Options options, Consumer<String> progress) throws StartFailure {
    LocalSystem system = new LocalSystem(options, progress);
    system.start();
    return system;
  }

  /** Starts all of it, or leaves nothing behind. */
  public synchronized void start() throws StartFailure {
    try {
      startParts();
    } catch (IOException e) {
      parts.close();
      throw new StartFailure(e.getMessage(), e);
    } catch (StartFailure | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** Ends all of it, also while it is being started. */
  @Override
  public void close() {
    if (parts.any()) {
      progress.accept("Stopping");
    }
    parts.cancel();
    synchronized (this) {
      parts.close();
    }
  }

  /** What a user can do, on the first control plane. */
  public ControlPlane controlPlane() {
    return new ControlPlane(controlPlanes.get(0).uri(), ADMIN, password);
  }

  /** The control planes, on consecutive ports. */
  public List<Service> controlPlanes() {
    return List.copyOf(controlPlanes);
  }

  /** The task workers. */
  public List<Service> workers() {
    return List.copyOf(workers);
  }

  /** The demo hosts; the inventory has them under {@link #idOf}. */
  public List<DemoHost> hosts() {
    return hosts.all();
  }

  /** The SSH servers of the demo hosts. */
  SshFront ssh() {
    return hosts.ssh();
  }

  /** The id of a demo host in the inventory. */
  public long idOf(DemoHost host) {
    return hostIds.get(host.name());
  }

  /** The password of {@value #ADMIN}. */
  public String password() {
    return password;
  }

  /** The database of the control planes. */
  public PostgresServer postgres() {
    return postgres;
  }

  /** What carries its messages. */
  KafkaBroker kafka() {
    return kafka;
  }

  /** Where Kafka's clients connect to. */
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** The directory of all its data; what the services print is in {@code logs} there. */
  public Path data() {
    return data.root();
  }

  private void startParts() throws StartFailure, IOException {
    requireFreePorts();
    data = parts.add(Data.open(options.data()));
    parts.add(new LibraryLog(data.log("launcher")));
    password = data.adminPassword();
    progress.accept("Starting PostgreSQL, Kafka and " + options.hosts() + " demo hosts");
    Parallel.forEach(
        List.<Step>of(this::startPostgres, this::startKafka, this::startHosts), Step::run);
    progress.accept("Starting control plane and task worker");
    startServices();
    awaitReadiness();
    progress.accept("Registering the demo hosts");
    hostIds = new Registration(controlPlane(), CREDENTIAL).register(hosts.all());
    data.keepAdminPassword(password);
  }

  private void requireFreePorts() throws StartFailure {
    for (int i = 0; i < options.controlPlanes(); i++) {
      int port = options.port() + i;
      if (!FreePort.isFree(InetAddress.getLoopbackAddress(), port)) {
        throw new StartFailure("Port " + port + " is taken; choose another one with --port");
      }
    }
  }

  private void startPostgres() throws IOException {
    postgres = parts.add(PostgresServer.start(data.postgres(), Durability.FULL, Map.of()));
  }

  private void startKafka() throws IOException {
    kafka = parts.add(KafkaBroker.start(data.kafka(), Map.of()));
  }

  private void startHosts() throws IOException {
    hosts = parts.add(new DemoHosts(data.hosts(), data.keys(), options.hosts()));
  }

  private void startServices() throws StartFailure, IOException {
    parts.add(this::endServices);
    for (int i = 1; i <= options.controlPlanes(); i++) {
      int port = options.port() + i - 1;
      launch(controlPlanes, "control-plane-" + i, port, packagedControlPlane());
    }
    for (int i = 1; i <= options.workers(); i++) {
      launch(workers, "worker-" + i, FreePort.next(), packagedWorker());
    }
  }

  private void launch(List<Service> services, String name, int port, PackagedService packaged)
      throws IOException {
    if (options.quickStart()) {
      packaged.quickly();
    }
    settings.forEach(packaged::with);
    ProcessBuilder builder = packaged.with("quarkus.http.port", port).builder();
    services.add(new Service(name, port, builder, data.log(name), progress));
    parts.goOn();
  }

  private PackagedService packagedControlPlane() throws StartFailure, IOException {
    PackagedService controlPlane =
        new PackagedService("control-plane", "512m", data.root())
            .with("quarkus.datasource.reactive.url", postgres.reactiveUrl())
            .with("quarkus.datasource.jdbc.url", postgres.jdbcUrl())
            .with("quarkus.datasource.username", postgres.serviceUser())
            .withSecret("QUARKUS_DATASOURCE_PASSWORD", postgres.servicePassword())
            .with("quarkus.flyway.username", postgres.user())
            .withSecret("QUARKUS_FLYWAY_PASSWORD", postgres.password())
            .withSecret("RELIGHT_ADMIN_PASSWORD", password)
            .with("relight.security.master-key-file", data.masterKeys())
            // One broker on one machine has nothing to share out.
            .with("relight.topics.partitions", 4)
            .with("relight.topics.command-partitions", Math.max(8, 2 * options.workers()))
            .with("kafka.bootstrap.servers", kafka.bootstrapServers());
    if (options.hosts() > 0) {
      Duration perHost = REFRESH_PER_HOST.multipliedBy(options.hosts());
      controlPlane.with(
          "relight.refresh.interval",
          perHost.compareTo(REFRESH_LEAST) < 0 ? REFRESH_LEAST : perHost);
    }
    return controlPlane;
  }

  private PackagedService packagedWorker() throws StartFailure {
    PackagedService worker =
        new PackagedService("task-worker", "256m", data.root())
            .with("kafka.bootstrap.servers", kafka.bootstrapServers())
            .with("relight.agent.settle", "PT0.2S")
            .with("relight.ssh.known-hosts", hosts.ssh().knownHosts())
            .with("relight.ssh.credentials." + CREDENTIAL + ".user", SshFront.USER)
            .with(
                "relight.ssh.credentials." + CREDENTIAL + ".private-key", hosts.ssh().clientKey());
    moreForWorkers.accept(worker);
    return worker;
  }

  private List<Service> services() {
    return Stream.concat(controlPlanes.stream(), workers.stream()).toList();
  }

  private void endServices() {
    services().forEach(Service::terminate);
    services().forEach(Service::close);
  }

  private void awaitReadiness() throws StartFailure, IOException {
    long deadline = System.nanoTime() + READY.toNanos();
    try {
      for (Service service : services()) {
        while (!service.isReady()) {
          parts.goOn();
          if (service.diedEver() || System.nanoTime() > deadline) {
            throw new StartFailure(service.name() + " does not start; see " + service.log());
          }
          Thread.sleep(POLL_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while starting");
    }
  }
}
