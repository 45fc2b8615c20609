package dev.relight.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.embedded.PostgresServer.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever takes over a service cannot do more to the database than the service can. */
class ServiceRoleIT {
  private static final List<String> FORBIDDEN =
      List.of(
          "create table mine (id int)",
          "drop table thing",
          "alter table thing add column more int",
          "truncate thing",
          "create index on thing (id)",
          "create function f() returns int language sql as 'select 1'",
          "create schema mine",
          "create database mine",
          "create role mine",
          "alter role relight_service superuser",
          "set role relight",
          "set role postgres",
          "copy thing to program 'cat'",
          "select pg_read_file('postgresql.conf')");

  @TempDir Path directory;

  @Test
  void theServicesReadAndWriteAndDoNothingElse() throws Exception {
    try (PostgresServer server =
        PostgresServer.start(directory.resolve("postgres"), Durability.NONE, Map.of())) {
      try (Connection owner = connect(server, server.user(), server.password())) {
        run(owner, "create table thing (id int primary key)");
        run(owner, "create sequence number");
      }
      try (Connection service = connect(server, server.serviceUser(), server.servicePassword())) {
        run(service, "insert into thing select nextval('number')");
        run(service, "update thing set id = 2");
        run(service, "select setval('number', 5)");
        run(service, "delete from thing where id = 2");
        assertThat(flag(service, "select rolsuper or rolcreaterole or rolcreatedb from pg_roles"))
            .isFalse();
        for (String statement : FORBIDDEN) {
          assertThatThrownBy(() -> run(service, statement))
              .as(statement)
              .isInstanceOf(SQLException.class)
              .extracting(failure -> ((SQLException) failure).getSQLState())
              .isEqualTo("42501");
        }
      }
    }
  }

  @Test
  void theRoleComesIntoADatabaseThatWasMadeWithoutIt() throws Exception {
    try (PostgresServer server =
            PostgresServer.start(directory.resolve("postgres"), Durability.NONE, Map.of());
        Connection owner = connect(server, server.user(), server.password())) {
      run(owner, "create table older (id int)");
    }
    try (PostgresServer server =
            PostgresServer.start(directory.resolve("postgres"), Durability.NONE, Map.of());
        Connection service = connect(server, server.serviceUser(), server.servicePassword())) {
      run(service, "insert into older values (1)");
    }
  }

  private static Connection connect(PostgresServer server, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), user, password);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    connection.createStatement().execute(sql);
  }

  private static boolean flag(Connection connection, String sql) throws SQLException {
    try (ResultSet row =
        connection.createStatement().executeQuery(sql + " where rolname = current_user")) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
