package dev.relight.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A PostgreSQL server of its own directory, on loopback: it keeps its data over restarts, and a
 * server that a killed JVM left in the directory is stopped before a new one starts.
 */
public final class PostgresServer implements AutoCloseable {
  /** Name of the database, and of the user that owns it. */
  private static final String NAME = "relight";

  /** Name of the user that may read and write what is in it, and nothing else. */
  private static final String SERVICE = "relight_service";

  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "max_connections", "300",
          "shared_buffers", "256MB",
          "max_wal_size", "2GB");

  /** What a crash of the machine may cost. */
  public enum Durability {
    /** Nothing that was committed; for kept data and for measuring. */
    FULL("on"),
    /** The whole database; for tests. */
    NONE("off");

    private final Map<String, String> settings;

    Durability(String value) {
      settings = Map.of("fsync", value, "synchronous_commit", value, "full_page_writes", value);
    }
  }

  private final DirectoryLock lock;
  private final Postmaster postmaster;
  private final EmbeddedPostgres postgres;
  private final String password;
  private final ServiceRole serviceRole;

  private PostgresServer(DirectoryLock lock, Path home, Map<String, String> settings)
      throws IOException {
    this.lock = lock;
    Path data = data(home);
    postmaster = new Postmaster(data);
    postmaster.stop();
    // Gets its name when all else was made: without it, what is there is half a first start.
    Path secret = home.resolve("password");
    if (Files.exists(secret)) {
      password = Files.readString(secret);
      postgres = launch(home, secret, settings);
    } else {
      DirectoryTree.delete(data);
      password = UUID.randomUUID().toString();
      Path draft = SecretFile.write(home.resolve("password.new"), password);
      postgres = launch(home, draft, settings);
      createDatabase();
      Files.move(draft, secret, StandardCopyOption.ATOMIC_MOVE);
    }
    serviceRole = new ServiceRole(SERVICE, NAME, home.resolve("service-password"));
    try (Connection connection = postgres.getDatabase("postgres", NAME).getConnection()) {
      serviceRole.provide(connection);
    } catch (SQLException e) {
      postgres.close();
      throw new IOException("The role of the services cannot be provided", e);
    }
  }

  /**
   * Starts the server; in a new directory it is made first, with the database {@code relight}.
   *
   * @param directory where data, password and log stay
   * @param settings further settings of postgresql.conf, values without blanks
   */
  public static PostgresServer start(
      Path directory, Durability durability, Map<String, String> settings) throws IOException {
    Path home = directory.toAbsolutePath().normalize();
    DirectoryLock lock =
        DirectoryLock.tryLock(home)
            .orElseThrow(() -> new IOException("Another process uses " + home));
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.putAll(durability.settings);
    all.putAll(settings);
    try {
      return new PostgresServer(lock, home, all);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Stops the server that a killed JVM left in the directory, if there is one. */
  public static void stopLeftover(Path directory) throws IOException {
    new Postmaster(data(directory.toAbsolutePath().normalize())).stop();
  }

  /** For the reactive client. */
  public String reactiveUrl() {
    return "postgresql://127.0.0.1:" + postgres.getPort() + "/" + NAME;
  }

  /** For JDBC. */
  public String jdbcUrl() {
    return "jdbc:" + reactiveUrl();
  }

  /** The owner of the database, who makes its tables. */
  public String user() {
    return NAME;
  }

  /** Who may read and write in the tables, and nothing else. */
  public String serviceUser() {
    return SERVICE;
  }

  public String servicePassword() {
    return serviceRole.password();
  }

  public String password() {
    return password;
  }

  /** Ends the server; open connections are cut, data is written. */
  @Override
  public void close() throws IOException {
    postgres.close();
    postmaster.stop();
    lock.close();
  }

  private EmbeddedPostgres launch(Path home, Path secret, Map<String, String> settings)
      throws IOException {
    Path binaries = Files.createDirectories(Scratch.directory().resolve("postgres"));
    // The library looks after a directory of everybody in its constructor if it is not told so.
    System.setProperty("ot.epg.working-dir", binaries.toString());
    Redirect log = Redirect.appendTo(home.resolve("postgres.log").toFile());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data(home))
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(STARTUP)
            .setOutputRedirector(log)
            .setErrorRedirector(log)
            .setPort(FreePort.next())
            .setConnectConfig("password", password)
            .setLocaleConfig("pwfile", secret.toString())
            .setLocaleConfig("auth-host", "scram-sha-256")
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8");
    settings.forEach(builder::setServerConfig);
    try {
      return builder.start();
    } catch (IOException | RuntimeException | Error e) {
      postmaster.stop();
      throw new IOException("PostgreSQL does not start; see " + log.file(), e);
    }
  }

  private void createDatabase() throws IOException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
      statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
    } catch (SQLException e) {
      postgres.close();
      throw new IOException("The database cannot be created", e);
    }
  }

  private static Path data(Path home) {
    return home.resolve("data");
  }
}
