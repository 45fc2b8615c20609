package dev.relight.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL that crashes, or has no time. */
final class DatabaseRows {
  private static final String END_ALL =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = ?";

  private static final String WAITING = "select exists (select from pg_locks where not granted)";

  static final List<Row> ALL =
      List.of(
          new Row(
              "postgres-crashed",
              "PostgreSQL is stopped at once (immediate), and started again 10 s later",
              "requests are answered 503, hosts are worked on, reports wait in Kafka; nobody is taken over",
              DatabaseRows::crash),
          new Row(
              "postgres-connections-ended",
              "all connections of the control planes are ended (pg_terminate_backend)",
              "what was under way is done again on new connections",
              DatabaseRows::endConnections),
          new Row(
              "postgres-connections-taken",
              "PostgreSQL has no connection left, for 30 s",
              "as above, 503 with Retry-After where none is to be had",
              DatabaseRows::takeConnections),
          new Row(
              "pool-exhausted",
              "a lock on a table keeps all connections of the pools waiting, for 30 s",
              "requests are answered 503 after a while; all goes on when the lock is gone",
              DatabaseRows::lockTable),
          new Row(
              "long-snapshot",
              "somebody holds a snapshot open, for 60 s",
              "nothing",
              scene -> hold(scene, "select count(*) from task")),
          new Row(
              "long-transaction",
              "somebody holds a transaction open that writes, for 60 s: events wait for it",
              "live streams wait for it; tasks do not",
              scene -> hold(scene, "select pg_current_xact_id()")));

  private DatabaseRows() {}

  private static void crash(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.stack().database().crash();
    scene.pass(10, 4);
    scene.stack().database().start();
    scene.now();
    scene.targetWellAgain(Scene.OUTAGE_FORGOTTEN);
  }

  private static void endConnections(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    try (Connection superuser = scene.stack().database().connectAsSuperuser()) {
      for (int i = 0; i < scene.count(5, 2); i++) {
        scene.awaitFelt(() -> endAll(scene, superuser) > 0);
        scene.now();
        scene.pass(2, 0.5);
      }
    }
  }

  /** Of the control planes; answers how many there were. */
  private static int endAll(Scene scene, Connection superuser) throws SQLException {
    try (PreparedStatement statement = superuser.prepareStatement(END_ALL)) {
      statement.setString(1, scene.stack().database().user());
      ResultSet ended = statement.executeQuery();
      ended.next();
      return ended.getInt(1);
    }
  }

  private static void takeConnections(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    List<Connection> taken = new ArrayList<>();
    try (Connection superuser = scene.stack().database().connectAsSuperuser()) {
      take(scene, taken);
      // They want new ones, and are as quick as this to take what was freed.
      scene.awaitFelt(
          () -> {
            int had = endAll(scene, superuser);
            take(scene, taken);
            return had == 0;
          });
      scene.pass(30, 4);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    scene.now();
    scene.targetWellAgain(Scene.OUTAGE_FORGOTTEN);
  }

  private static void take(Scene scene, List<Connection> taken) {
    try {
      while (true) {
        taken.add(scene.stack().database().connect());
      }
    } catch (SQLException noneLeft) {
      // As it should be.
    }
  }

  private static void lockTable(Scene scene) throws Exception {
    try (Connection connection = scene.stack().database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table subtask in access exclusive mode");
      scene.pass(30, 4);
      scene.awaitFelt(() -> waitsForLock(statement));
      connection.rollback();
    }
    scene.now();
  }

  private static boolean waitsForLock(Statement statement) throws SQLException {
    ResultSet waiting = statement.executeQuery(WAITING);
    waiting.next();
    return waiting.getBoolean(1);
  }

  private static void hold(Scene scene, String sql) throws Exception {
    scene.expectNoTakeovers();
    try (Connection connection = scene.stack().database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.execute(sql);
      scene.pass(60, 4);
      connection.rollback();
    }
    scene.now();
  }
}
