package dev.relight.controlplane.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ImpatientPoolIT {
  private static final int SIZE = 2;
  private static final Duration WAIT = Duration.ofMillis(500);

  @Inject Vertx vertx;

  @ConfigProperty(name = "quarkus.datasource.reactive.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  String user;

  @ConfigProperty(name = "quarkus.datasource.password")
  String password;

  private Pool pool;

  @BeforeEach
  void open() {
    PgConnectOptions options = PgConnectOptions.fromUri(url).setUser(user).setPassword(password);
    Pool patient =
        PgBuilder.pool()
            .connectingTo(options)
            .with(new PoolOptions().setMaxSize(SIZE).setConnectionTimeout(0))
            .using(vertx)
            .build();
    pool = new ImpatientPool(vertx, patient, WAIT);
  }

  @AfterEach
  void close() throws Exception {
    get(pool.close());
  }

  @Test
  void doesNotWaitLongerForAConnection() throws Exception {
    List<SqlConnection> all = takeAll(context());
    Promise<Throwable> refused = Promise.promise();
    pool.getConnection().onComplete(given -> refused.fail("was given"), refused::complete);
    Throwable failure = get(refused.future());
    assertThat(Outage.isBehind(failure)).as(failure.toString()).isTrue();
    all.forEach(SqlConnection::close);
    assertThat(takeAll(context())).hasSize(SIZE);
  }

  /** The thread of a connection that was given back is busy until nobody waits for it any more. */
  @Test
  void losesNoConnectionThatComesTooLate() throws Exception {
    Context ofConnections = context();
    Context ofWaiter = context();
    // The thread of a connection is that of whoever needed it first.
    takeAll(ofConnections).forEach(SqlConnection::close);
    List<SqlConnection> all = takeAll(context());
    CountDownLatch isBusy = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    try {
      Future<SqlConnection> asked = on(ofWaiter, pool::getConnection);
      ofConnections.runOnContext(
          here -> {
            isBusy.countDown();
            awaitUninterruptibly(goesOn);
          });
      isBusy.await();
      all.forEach(SqlConnection::close);
      assertThatThrownBy(() -> get(asked)).hasCauseInstanceOf(Throwable.class);
    } finally {
      goesOn.countDown();
    }
    assertThat(takeAll(context())).hasSize(SIZE);
  }

  /** On another thread than the one before. */
  private Context context() throws Exception {
    return CompletableFuture.supplyAsync(
            vertx::getOrCreateContext, runnable -> new Thread(runnable).start())
        .get();
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(here -> work.get().onComplete(promise));
    return promise.future();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<SqlConnection> takeAll(Context context) throws Exception {
    List<SqlConnection> all = new ArrayList<>();
    while (all.size() < SIZE) {
      all.add(get(on(context, pool::getConnection)));
    }
    return all;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
