package dev.relight.bench;

import dev.relight.embedded.FreePort;
import dev.relight.local.LocalSystem;
import dev.relight.local.Options;
import dev.relight.local.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The system under measurement, and hosts in it whose agents are no-op. Where none is named, that
 * is everything on this machine, as durable as in production, one control plane and one worker.
 */
final class Bench implements AutoCloseable {
  private final boolean quick;
  private final Optional<Local> local;
  private final Target target;
  private final Api api;
  private final TaskTable tasks;
  private final Floor floor;
  private final String hostPrefix = "bench-" + UUID.randomUUID() + "-";
  private final List<Long> hosts = new ArrayList<>();
  private boolean isWarm;

  /** What was started for the measurement. */
  private record Local(LocalSystem system, Path data) implements AutoCloseable {
    static Local start(Map<String, String> settings) throws Exception {
      Path data = Files.createTempDirectory("relight-bench");
      LocalSystem system =
          new LocalSystem(
              new Options(data, FreePort.next(), 0, 1, 1), settings, System.out::println);
      // Also where it is interrupted, nothing may be left running.
      Runtime.getRuntime().addShutdownHook(new Thread(system::close, "stop"));
      system.start();
      return new Local(system, data);
    }

    @Override
    public void close() throws IOException {
      system.close();
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private Bench(boolean quick, Optional<Local> local, Target target) throws Exception {
    this.quick = quick;
    this.local = local;
    this.target = target;
    api = new Api(target.url(), target.user(), target.password());
    tasks = new TaskTable(target.connect());
    floor = new Floor(target.connect(), target.bootstrapServers());
  }

  /** Measures the system that is named, or one that is started for it with these settings. */
  static Bench start(boolean quick, Optional<Target> running, Map<String, String> settings)
      throws Exception {
    if (running.isPresent()) {
      return new Bench(quick, Optional.empty(), running.get());
    }
    Local local = Local.start(settings);
    return new Bench(quick, Optional.of(local), Target.of(local.system));
  }

  Target target() {
    return target;
  }

  Api api() {
    return api;
  }

  TaskTable tasks() {
    return tasks;
  }

  Floor floor() {
    return floor;
  }

  /** The services that were started for the measurement; none of a system that ran before. */
  List<Service> services() {
    return local.stream()
        .flatMap(
            it -> Stream.concat(it.system.controlPlanes().stream(), it.system.workers().stream()))
        .toList();
  }

  /** The directory of the system that was started for the measurement. */
  Optional<Path> data() {
    return local.map(Local::data);
  }

  /** The first {@code count} hosts; they are registered when they are needed first. */
  List<Long> hosts(int count) throws IOException, InterruptedException {
    while (hosts.size() < count) {
      hosts.add(api.register(hostPrefix + hosts.size()));
    }
    return hosts.subList(0, count);
  }

  /** Lets the compilers finish first, once. */
  void warmUp() throws Exception {
    if (!isWarm) {
      new Throughput(this).warmUp();
      isWarm = true;
    }
  }

  /** Whether nobody else has anything in the system under measurement. */
  boolean isAlone() {
    return local.isPresent();
  }

  /** Whether a first impression is enough. */
  boolean isQuick() {
    return quick;
  }

  /** How many times less there is where a first impression is enough. */
  int quickDivisor() {
    return quick ? 10 : 1;
  }

  /** How often something is measured that takes so many hosts. */
  int runs(int hosts) {
    int runs = hosts == 1 ? 500 : hosts <= 100 ? 50 : hosts <= 1_000 ? 15 : 5;
    return quick ? Math.max(3, runs / 10) : runs;
  }

  /** How often it is done before, unmeasured. */
  int warmups(int hosts) {
    return hosts == 1 ? (quick ? 50 : 300) : 2;
  }

  int seconds() {
    return quick ? 5 : 30;
  }

  int warmupSeconds() {
    return quick ? 30 : 120;
  }

  @Override
  public void close() throws IOException, SQLException {
    long failed = tasks.failed();
    tasks.close();
    floor.close();
    if (local.isPresent()) {
      local.get().close();
    } else {
      takeBackHosts();
    }
    if (failed > 0) {
      throw new IllegalStateException(failed + " tasks did not end SUCCESSFUL");
    }
  }

  private void takeBackHosts() throws IOException {
    try {
      for (long host : hosts) {
        api.remove(host);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
