package dev.relight.bench;

import dev.relight.embedded.FreePort;
import dev.relight.embedded.PostgresServer;
import dev.relight.local.LocalSystem;
import dev.relight.local.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system under measurement: everything on this machine, as durable as in production, one
 * control plane and one worker, and hosts whose agents are no-op.
 */
final class Bench implements AutoCloseable {
  private final boolean quick;
  private final Path data;
  private final LocalSystem system;
  private final Api api;
  private final TaskTable tasks;
  private final List<Long> hosts = new ArrayList<>();

  private Bench(boolean quick, Path data) throws Exception {
    this.quick = quick;
    this.data = data;
    system = new LocalSystem(new Options(data, FreePort.next(), 0, 1, 1), System.out::println);
    // Also where it is interrupted, nothing may be left running.
    Runtime.getRuntime().addShutdownHook(new Thread(system::close, "stop"));
    system.start();
    api = new Api(system.controlPlanes().get(0).uri(), LocalSystem.ADMIN, system.password());
    PostgresServer postgres = system.postgres();
    tasks =
        new TaskTable(
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password()));
  }

  static Bench start(boolean quick) throws Exception {
    return new Bench(quick, Files.createTempDirectory("relight-bench"));
  }

  Api api() {
    return api;
  }

  TaskTable tasks() {
    return tasks;
  }

  LocalSystem system() {
    return system;
  }

  /** The first {@code count} hosts; they are registered when they are needed first. */
  List<Long> hosts(int count) throws IOException, InterruptedException {
    while (hosts.size() < count) {
      hosts.add(api.register("bench-" + hosts.size()));
    }
    return hosts.subList(0, count);
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
    system.close();
    try (Stream<Path> files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    if (failed > 0) {
      throw new IllegalStateException(failed + " tasks did not end SUCCESSFUL");
    }
  }
}
