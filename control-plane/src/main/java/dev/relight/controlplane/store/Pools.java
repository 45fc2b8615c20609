package dev.relight.controlplane.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens the connections to PostgreSQL: some that belong to the engine alone, whatever is asked of
 * the API, and those for all else. Nobody waits for either for long.
 */
@Singleton
public class Pools implements PgPoolCreator {
  private final PostgresConfig config;
  private volatile Pool engine;

  Pools(PostgresConfig config) {
    this.config = config;
  }

  @Override
  public Pool create(Input input) {
    List<SqlConnectOptions> options =
        input.pgConnectOptionsList().stream().<SqlConnectOptions>map(this::impatient).toList();
    PoolOptions bounded =
        new PoolOptions(input.poolOptions())
            .setConnectionTimeout(0)
            .setMaxWaitQueueSize(config.maxWaiting())
            // One that nobody uses reads nothing, too: it goes long before it would count as lost.
            .setIdleTimeout((int) config.readTimeout().dividedBy(4).toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    // By their names they are told apart in the metrics; without, only one of them would be there.
    engine =
        open(
            input,
            options,
            new PoolOptions(bounded).setMaxSize(config.engineConnections()).setName("engine"));
    return open(input, options, bounded.setName("api"));
  }

  /** Of the engine; there once the other one has been asked for anything. */
  Pool engine() {
    return engine;
  }

  @PreDestroy
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private Pool open(Input input, List<SqlConnectOptions> options, PoolOptions size) {
    Pool pool = PgBuilder.pool().connectingTo(options).with(size).using(input.vertx()).build();
    return new ImpatientPool(input.vertx(), pool, config.waitTimeout());
  }

  /** A server that does not answer would else be waited for until TCP gives up. */
  private PgConnectOptions impatient(PgConnectOptions options) {
    PgConnectOptions impatient = new PgConnectOptions(options);
    impatient.setConnectTimeout((int) config.connectTimeout().toMillis());
    impatient.setReadIdleTimeout((int) config.readTimeout().toMillis());
    impatient.setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    return impatient;
  }
}
