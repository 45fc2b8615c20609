package dev.relight.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees tasks end where the truth is: in PostgreSQL. Looking there costs the system next to nothing,
 * which asking over HTTP every millisecond would not.
 */
final class TaskTable implements AutoCloseable {
  private static final String ENDED =
      "select id from task where id = any(?) and status <> 'RUNNING'";
  private static final String SUCCESSFUL =
      "select id from task where id = any(?) and status = 'SUCCESSFUL'";
  private static final String NEWEST = "select coalesce(max(id), 0) from task";
  private static final String SINCE = "select count(*) from task where id > ";
  private static final String RUNNING =
      "select count(*) from task where status = 'RUNNING' and id > ";
  private static final String FAILED =
      "select count(*) from task where status <> 'SUCCESSFUL' and id > ";
  private static final long MILLI = 1_000_000;

  private final Connection connection;
  private final long before;

  TaskTable(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute("set enable_seqscan = off");
    }
    before = count(NEWEST);
  }

  void awaitEnd(long task) throws SQLException {
    while (ended(List.of(task)).isEmpty()) {
      LockSupport.parkNanos(MILLI);
    }
  }

  /** Those of the tasks that have ended. */
  List<Long> ended(Collection<Long> tasks) throws SQLException {
    return among(ENDED, tasks);
  }

  /** Those of the tasks that are there and have done what they should. */
  List<Long> successful(Collection<Long> tasks) throws SQLException {
    return among(SUCCESSFUL, tasks);
  }

  private List<Long> among(String sql, Collection<Long> tasks) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("bigint", tasks.toArray()));
      List<Long> ended = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ended.add(rows.getLong(1));
        }
      }
      return ended;
    }
  }

  /** The id of the last one. */
  long newest() throws SQLException {
    return count(NEWEST);
  }

  /** How many are there that were made after that one. */
  long since(long task) throws SQLException {
    return count(SINCE + task);
  }

  void awaitEndOfAll() throws SQLException {
    while (count(RUNNING + before) > 0) {
      LockSupport.parkNanos(100 * MILLI);
    }
  }

  /** How many tasks of this measurement did not end SUCCESSFUL. */
  long failed() throws SQLException {
    return count(FAILED + before);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private long count(String sql) throws SQLException {
    try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
