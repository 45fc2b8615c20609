package dev.relight.controlplane.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.function.Function;

/**
 * A pool whose connections are waited for so long and no longer. One that comes too late goes back;
 * the pool's own time-out would now and then hand it to nobody, and a busy pool run dry for good.
 */
// Quarkus takes nothing else.
@SuppressWarnings("deprecation")
final class ImpatientPool implements PgPool {
  private final Vertx vertx;
  private final Pool pool;
  private final long waitMillis;

  /**
   * @param pool one that has no time-out itself
   */
  ImpatientPool(Vertx vertx, Pool pool, Duration wait) {
    this.vertx = vertx;
    this.pool = pool;
    this.waitMillis = wait.toMillis();
  }

  @Override
  public Future<SqlConnection> getConnection() {
    // What comes of it comes on the context on which it was asked for.
    Context context = vertx.getOrCreateContext();
    Promise<SqlConnection> given = Promise.promise();
    long timer =
        vertx.setTimer(
            waitMillis,
            late -> context.runOnContext(here -> given.tryFail("Timeout of the connection pool")));
    pool.getConnection()
        .onComplete(
            connection -> {
              vertx.cancelTimer(timer);
              if (!given.tryComplete(connection)) {
                connection.close();
              }
            },
            failure -> {
              vertx.cancelTimer(timer);
              given.tryFail(failure);
            });
    return given.future();
  }

  @Override
  public void getConnection(Handler<AsyncResult<SqlConnection>> handler) {
    getConnection().onComplete(handler);
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return pool.query(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return pool.preparedQuery(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return pool.preparedQuery(sql, options);
  }

  @Override
  public PgPool connectHandler(Handler<SqlConnection> handler) {
    pool.connectHandler(handler);
    return this;
  }

  @Override
  public PgPool connectionProvider(Function<Context, Future<SqlConnection>> provider) {
    pool.connectionProvider(provider);
    return this;
  }

  @Override
  public int size() {
    return pool.size();
  }

  @Override
  public void close(Handler<AsyncResult<Void>> handler) {
    pool.close(handler);
  }

  @Override
  public Future<Void> close() {
    return pool.close();
  }
}
