package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * A transaction; statements given to it without waiting are pipelined, and so are its beginning and
 * its end.
 */
public class Tx {
  private final SqlConnection connection;
  private final Future<?> begun;
  private volatile Throwable failed;
  private volatile Future<Void> ended;

  Tx(SqlConnection connection, Future<?> begun) {
    this.connection = connection;
    this.begun = begun;
  }

  static Tx begin(SqlConnection connection) {
    return new Tx(connection, connection.query("begin").execute());
  }

  /**
   * A statement that does nothing but look and lock does not wait until the transaction has begun:
   * should it not begin, nothing was done outside of it.
   */
  Uni<RowSet<Row>> lock(String sql, Tuple parameters) {
    return send(Future.succeededFuture(), sql, parameters);
  }

  Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return send(begun, sql, parameters);
  }

  Uni<Integer> update(String sql, Tuple parameters) {
    return query(sql, parameters).map(RowSet::rowCount);
  }

  /**
   * Commits right behind the statements that were given so far, without waiting for what they
   * answer: for whoever does not go back on them, and gives no more. Where PostgreSQL refuses one
   * of them, this fails, and nothing is kept.
   */
  public Uni<Void> commit() {
    return Uni.createFrom().emitter(emitter -> end().onComplete(emitter::complete, emitter::fail));
  }

  /** Commits, unless its end is under way already. */
  Future<Void> end() {
    if (ended == null) {
      // What PostgreSQL will have refused a statement of by then, it rolls back.
      ended =
          close(failed == null ? "commit" : "rollback")
              .compose(
                  done -> failed == null ? Future.succeededFuture() : Future.failedFuture(failed));
    }
    return ended;
  }

  /** Rolls back, unless its end is under way already. */
  Future<Void> undo() {
    if (ended == null) {
      ended = close("rollback");
    }
    return ended;
  }

  private Future<Void> close(String how) {
    return begun.compose(done -> connection.query(how).execute()).mapEmpty();
  }

  private Uni<RowSet<Row>> send(Future<?> after, String sql, Tuple parameters) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              if (ended != null) {
                throw new IllegalStateException("the transaction has ended: " + sql);
              }
              after
                  .compose(done -> connection.preparedQuery(sql).execute(parameters))
                  .onComplete(
                      emitter::complete,
                      failure -> {
                        failed = failed == null ? failure : failed;
                        emitter.fail(failure);
                      });
            });
  }
}
