package dev.relight.faults;

import dev.relight.embedded.PostgresServer;
import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PostgreSQL, which the control planes reach by a link each. */
final class Database implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      // Small, as its disk is small where one is made full.
      Map.of("max_wal_size", "128MB", "shared_buffers", "128MB", "max_connections", "100");

  private final Path directory;
  private final Map<String, Link> links = new LinkedHashMap<>();
  private PostgresServer server;

  Database(Path directory, List<String> services) throws IOException {
    this.directory = directory;
    server = PostgresServer.start(directory, Durability.FULL, SETTINGS);
    services.forEach(service -> links.put(service, new Link(port())));
  }

  Path directory() {
    return directory;
  }

  Link linkOf(String service) {
    return links.get(service);
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  String reactiveUrlOf(String service) {
    return "postgresql://127.0.0.1:" + linkOf(service).port() + "/relight";
  }

  /** Of the control planes; it may read and write rows, and nothing else. */
  String user() {
    return server.serviceUser();
  }

  String password() {
    return server.servicePassword();
  }

  /** Who makes the tables. */
  String owner() {
    return server.user();
  }

  String ownersPassword() {
    return server.password();
  }

  /** Past all links, as the owner of the tables. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  /** Past all links, as the one user for whom there is always a connection. */
  Connection connectAsSuperuser() throws SQLException {
    String url = server.jdbcUrl().replace("/relight", "/postgres");
    return DriverManager.getConnection(url, "postgres", server.password());
  }

  /** Ends the server as {@code pg_ctl stop -m immediate} does: without a checkpoint. */
  void crash() throws IOException, InterruptedException {
    Path pidFile = directory.resolve("data/postmaster.pid");
    if (Files.notExists(pidFile)) {
      return;
    }
    String pid = Files.readAllLines(pidFile).get(0).strip();
    ProcessHandle process = ProcessHandle.of(Long.parseLong(pid)).orElse(null);
    new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
    while (process != null && process.isAlive() && process.info().arguments().isPresent()) {
      Thread.sleep(10);
    }
  }

  /** Starts it again after a crash; it may be somewhere else, the links know. */
  void start() throws IOException {
    server.close();
    server = PostgresServer.start(directory, Durability.FULL, SETTINGS);
    links.values().forEach(link -> link.leadTo(port()));
  }

  /** Whether it fails, as it would not with some room on its disk. */
  boolean hasNoRoom() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("create table room as select generate_series(1, 100000)");
      connection.rollback();
      return false;
    } catch (SQLException e) {
      return true;
    }
  }

  boolean isAlive() {
    try (Connection connection = connect()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    links.values().forEach(Link::close);
    server.close();
  }

  private int port() {
    String url = server.reactiveUrl();
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1, url.lastIndexOf('/')));
  }
}
