package dev.relight.controlplane.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.store.EventLog;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is forgotten is old, published, and known to be forgotten. */
@QuarkusTest
class ForgetEventsIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject ForgetEvents forgetEvents;
  @Inject EventLog log;
  @Inject Pool pool;

  @BeforeEach
  @AfterEach
  void forgetAll() {
    run("delete from event");
    run("update forgotten_events set tx = '0', id = 0");
  }

  @Test
  void forgetsWhatIsOldAndSaysUpToWhere() {
    insert("now() - interval '8 days'");
    insert("now() - interval '8 days'");
    insert("now() - interval '6 days'");
    awaitPublished();
    forget();

    assertThat(number("select count(*) from event")).isOne();
    assertThat(
            number(
                "select count(*) from event e, forgotten_events f where (e.tx, e.id) > (f.tx, f.id)"))
        .isOne();
    long forgotten = log.extent().await().atMost(LONG).forgotten().row();
    assertThat(forgotten).isEqualTo(number("select min(id) - 1 from event"));
  }

  @Test
  void forgetsNothingThatIsNotPublished() {
    awaitPublished();
    run("update outbox set owner = 'another', lease_until = now() + interval '1 minute'");
    try {
      await().pollDelay(Duration.ofSeconds(2)).atMost(LONG).until(() -> true);
      insert("now() - interval '8 days'");
      forget();
      assertThat(number("select count(*) from event")).isOne();
    } finally {
      run("update outbox set owner = null, lease_until = '-infinity'");
    }
    awaitPublished();
    forget();
    assertThat(number("select count(*) from event")).isZero();
  }

  private void forget() {
    forgetEvents.round().await().atMost(LONG);
  }

  private void insert(String at) {
    run(
        """
        insert into event (task_id, of_subtask, sequence, version, data, at)
        values (1, false, 1, 1, '{"taskId":1,"name":"x","status":"RUNNING","operation":"EXECUTE",\
        "creator":"x","at":"2026-01-01T00:00:00Z"}', %s)
        """
            .formatted(at));
  }

  private void awaitPublished() {
    await()
        .atMost(LONG)
        .until(
            () ->
                number("select count(*) from event e, outbox o where (e.tx, e.id) > (o.tx, o.id)")
                    == 0);
  }

  private long number(String sql) {
    return query(sql).iterator().next().getLong(0);
  }

  private void run(String sql) {
    query(sql);
  }

  private RowSet<Row> query(String sql) {
    return pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}
