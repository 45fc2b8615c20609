package dev.relight.local;

import dev.relight.embedded.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A copy of a PostgreSQL that runs, made as {@code pg_basebackup} makes it. */
final class BaseBackup {
  private static final String SUPERUSER = "postgres";

  private final Path copy;

  private BaseBackup(Path copy) {
    this.copy = copy;
  }

  /**
   * Copies a server that goes on meanwhile.
   *
   * @param data its data directory
   */
  static BaseBackup take(PostgresServer server, Path data, Path copy) throws Exception {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('test', true)");
      // What vanishes meanwhile is in the log.
      new ProcessBuilder("cp", "-a", data.toString(), copy.toString()).start().waitFor();
      String label;
      try (ResultSet stopped =
          statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
        stopped.next();
        label = stopped.getString(1);
      }
      Files.delete(copy.resolve("postmaster.pid"));
      Files.writeString(copy.resolve("backup_label"), label);
      replace(data.resolve("pg_wal"), copy.resolve("pg_wal"));
    }
    return new BaseBackup(copy);
  }

  /** Puts the copy in the place of what is there. No server may run. */
  void restore(Path data) throws Exception {
    replace(copy, data);
  }

  static void run(PostgresServer server, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), SUPERUSER, server.password());
  }

  private static void replace(Path from, Path to) throws IOException, InterruptedException {
    for (List<String> command :
        List.of(
            List.of("rm", "-rf", to.toString()),
            List.of("cp", "-a", from.toString(), to.toString()))) {
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IOException(command + " ended with " + code);
      }
    }
  }
}
