package dev.relight.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.embedded.PostgresServer.Durability;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptDataIT {
  @TempDir Path directory;

  @Test
  void keepsRowsOverARestart() throws Exception {
    try (PostgresServer postgres = startPostgres()) {
      insertRow(postgres.jdbcUrl(), postgres);
    }
    try (PostgresServer postgres = startPostgres()) {
      assertThat(countRows(postgres)).isEqualTo(1);
    }
  }

  @Test
  void commitsDurablyWhenAskedTo() throws Exception {
    try (PostgresServer postgres = startPostgres();
        Connection connection = connect(postgres.jdbcUrl(), postgres);
        var statement = connection.createStatement()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        var row = statement.executeQuery("SHOW " + setting);
        row.next();
        assertThat(row.getString(1)).as(setting).isEqualTo("on");
      }
    }
  }

  @Test
  void refusesADirectoryInUse() throws Exception {
    try (PostgresServer postgres = startPostgres()) {
      assertThatThrownBy(this::startPostgres)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Another process uses " + directory);
      insertRow(postgres.jdbcUrl(), postgres);
    }
  }

  @Test
  void beginsAnewAfterAFirstStartThatWasCutOff() throws Exception {
    Path half = Files.createDirectories(directory.resolve("postgres/data"));
    Files.writeString(half.resolve("postgresql.conf"), "half");
    try (PostgresServer postgres = startPostgres()) {
      insertRow(postgres.jdbcUrl(), postgres);
    }
  }

  @Test
  void goesOnAfterTheJvmWasKilled() throws Exception {
    Process killed = fork();
    try (BufferedReader output = killed.inputReader()) {
      String jdbcUrl = output.readLine();
      assertThat(jdbcUrl).as("the forked JVM's first line").isNotNull();
      String servers = output.readLine();
      createTopic(servers);
      try (Connection connection =
              DriverManager.getConnection(
                  jdbcUrl, "relight", Files.readString(directory.resolve("postgres/password")));
          var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept AS SELECT 1 AS id");
        killed.destroyForcibly().waitFor();
        assertThat(statement.execute("SELECT 1")).as("the server outlives the JVM").isTrue();
      }
    } finally {
      killed.destroyForcibly().waitFor();
    }
    try (PostgresServer postgres = startPostgres();
        KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"), Map.of())) {
      assertThat(countRows(postgres)).isEqualTo(1);
      assertThat(topics(kafka.bootstrapServers())).contains("kept");
    }
  }

  private PostgresServer startPostgres() throws IOException {
    return PostgresServer.start(directory.resolve("postgres"), Durability.FULL, Map.of());
  }

  private Process fork() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            KillableServers.class.getName(),
            directory.toString())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
  }

  private static Connection connect(String url, PostgresServer postgres) throws SQLException {
    return DriverManager.getConnection(url, postgres.user(), postgres.password());
  }

  private static void insertRow(String url, PostgresServer postgres) throws SQLException {
    try (Connection connection = connect(url, postgres);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT 1 AS id");
    }
  }

  private static int countRows(PostgresServer postgres) throws SQLException {
    try (Connection connection = connect(postgres.jdbcUrl(), postgres);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM kept")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void createTopic(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
    }
  }

  private static Iterable<String> topics(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin.listTopics().names().get();
    }
  }
}
