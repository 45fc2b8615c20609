package dev.relight.bench;

import dev.relight.local.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** What a system holds at one moment: of memory, threads, connections, rows and records. */
final class Gauges implements AutoCloseable {
  private static final String CONNECTIONS =
      "select count(*) from pg_stat_activity where datname = current_database()";

  // In thousands: a few hundred more or less are noise.
  private static final String DEAD =
      "select coalesce(sum(n_dead_tup), 0) / 1000.0 from pg_stat_user_tables";

  private static final String TABLES =
      "select coalesce(sum(pg_total_relation_size(relid)), 0) from pg_stat_user_tables";

  private static final String ROWS = "select count(*) from ";
  private static final double MEGA = 1024.0 * 1024;
  private static final double KILO = 1024.0;

  private final Bench bench;
  private final Connection connection;
  private final Admin kafka;

  Gauges(Bench bench) throws SQLException {
    this.bench = bench;
    connection = bench.target().connect();
    kafka = Admin.create(Map.of("bootstrap.servers", bench.target().bootstrapServers()));
  }

  /** All numbers by their names, in the same order each time. */
  Map<String, Double> read() throws Exception {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Service service : bench.services()) {
      long pid = service.process().pid();
      values.put(service.name() + "_heap_mb", heap(pid));
      values.put(service.name() + "_threads", status(pid, "Threads:"));
      values.put(service.name() + "_rss_mb", status(pid, "VmRSS:") / KILO);
    }
    values.put("db_connections", number(CONNECTIONS));
    values.put("dead_tuples_k", number(DEAD));
    for (String table : List.of("task", "subtask", "event", "audit_event")) {
      values.put(table + "_rows", number(ROWS + table));
    }
    values.put("table_mb", number(TABLES) / MEGA);
    values.put("topic_mb", topicBytes() / MEGA);
    return values;
  }

  @Override
  public void close() throws SQLException {
    kafka.close();
    connection.close();
  }

  /** What of the heap is in use behind a full collection. */
  private static double heap(long pid) throws IOException, InterruptedException {
    double used = 0;
    for (String line : jcmd(pid, "GC.class_histogram").split("\n")) {
      if (line.startsWith("Total")) {
        used = Double.parseDouble(line.strip().split("\\s+")[2]);
      }
    }
    return used / MEGA;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("jcmd failed: " + output);
    }
    return output;
  }

  private static double status(long pid, String name) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  private double topicBytes() throws ExecutionException, InterruptedException {
    var brokers = kafka.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
    return kafka.describeLogDirs(brokers).allDescriptions().get().values().stream()
        .flatMap(directories -> directories.values().stream())
        .flatMap(directory -> directory.replicaInfos().values().stream())
        .mapToLong(replica -> replica.size())
        .sum();
  }

  private double number(String sql) throws SQLException {
    try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getDouble(1);
    }
  }
}
