package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;

/** An open transaction; statements given to it without waiting are pipelined. */
public final class Tx {
  private final SqlConnection connection;
  private OffsetDateTime now;

  Tx(SqlConnection connection) {
    this.connection = connection;
  }

  /** PostgreSQL's clock at the transaction's start; known once a statement was answered. */
  public OffsetDateTime now() {
    return now;
  }

  void startedAt(OffsetDateTime time) {
    now = time;
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
