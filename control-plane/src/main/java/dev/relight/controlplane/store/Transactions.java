package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** Runs work of the engine in one transaction: all of it is kept, or nothing. */
@ApplicationScoped
public class Transactions {
  private final Pool shared;
  private final Pools pools;

  Transactions(Pool shared, Pools pools) {
    this.shared = shared;
    this.pools = pools;
  }

  /** Commits when the work's Uni has an item, rolls back when it fails. */
  public <T> Uni<T> run(Function<Tx, Uni<T>> work) {
    return Uni.createFrom()
        .emitter(
            emitter ->
                engine()
                    .getConnection()
                    .compose(
                        connection -> inside(connection, work).eventually(() -> connection.close()))
                    .onComplete(
                        emitter::complete, failure -> emitter.fail(Unstorable.orElse(failure))));
  }

  /** One statement by itself. */
  Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return alone(this::engine, connection -> connection.preparedQuery(sql).execute(parameters));
  }

  /** What one statement by itself finds that is planned for what it asks; it is not remembered. */
  <T> Uni<List<T>> list(String sql, Function<Row, T> record) {
    return records(alone(() -> shared, connection -> connection.query(sql).execute()), record);
  }

  /** What one statement by itself finds, not at the engine's expense. */
  <T> Uni<List<T>> list(String sql, Tuple parameters, Function<Row, T> record) {
    return records(
        alone(() -> shared, connection -> connection.preparedQuery(sql).execute(parameters)),
        record);
  }

  private static Uni<RowSet<Row>> alone(
      Supplier<Pool> pool, Function<SqlConnection, Future<RowSet<Row>>> statement) {
    return Uni.createFrom()
        .emitter(
            emitter ->
                pool.get().withConnection(statement).onComplete(emitter::complete, emitter::fail));
  }

  private static <T> Uni<List<T>> records(Uni<RowSet<Row>> rows, Function<Row, T> record) {
    return rows.map(all -> StreamSupport.stream(all.spliterator(), false).map(record).toList());
  }

  private Pool engine() {
    Pool engine = pools.engine();
    if (engine == null) {
      // Both are opened when this one is needed first.
      shared.size();
      engine = pools.engine();
    }
    return engine;
  }

  private static <T> Future<T> inside(SqlConnection connection, Function<Tx, Uni<T>> work) {
    Tx tx = Tx.begin(connection);
    return Future.<T>future(
            promise -> work.apply(tx).subscribe().with(promise::complete, promise::fail))
        .compose(
            result -> tx.end().map(result),
            failure -> tx.undo().transform(undone -> Future.failedFuture(failure)));
  }
}
