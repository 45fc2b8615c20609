package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** An open transaction; statements given to it without waiting are pipelined. */
public final class Tx {
  private final SqlConnection connection;

  Tx(SqlConnection connection) {
    this.connection = connection;
  }

  Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return Uni.createFrom()
        .emitter(
            emitter ->
                connection
                    .preparedQuery(sql)
                    .execute(parameters)
                    .onComplete(emitter::complete, emitter::fail));
  }

  Uni<Integer> update(String sql, Tuple parameters) {
    return query(sql, parameters).map(RowSet::rowCount);
  }
}
