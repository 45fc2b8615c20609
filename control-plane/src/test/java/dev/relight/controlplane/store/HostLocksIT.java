package dev.relight.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever takes or frees hosts does it in the order of their ids. */
@QuarkusTest
class HostLocksIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long TASK = -7;
  private static final long FIRST = -2;
  private static final long SECOND = -1;

  private static final String WAITING =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%host_lock%'";

  @Inject Transactions transactions;

  @BeforeEach
  void hold() {
    run(
        tx ->
            tx.update(
                "insert into host_lock (host_id, task_id) values ($1, $3), ($2, $3)",
                Tuple.of(FIRST, SECOND, TASK)));
  }

  @AfterEach
  void clear() {
    run(tx -> tx.update("delete from host_lock where task_id = $1", Tuple.of(TASK)));
  }

  @Test
  void freesThemInTheirOrderHoweverTheyAreNamed() {
    CompletableFuture<Integer> freed = new CompletableFuture<>();
    run(
        tx ->
            lock(tx, FIRST)
                .invoke(
                    locked ->
                        transactions
                            .run(
                                other ->
                                    other.update(
                                        Hosts.RELEASE,
                                        Tuple.of(
                                            new Long[] {SECOND, FIRST},
                                            new Long[] {TASK, TASK},
                                            new Long[0])))
                            .subscribe()
                            .with(freed::complete, freed::completeExceptionally))
                .chain(() -> untilSomebodyWaits())
                .invoke(() -> assertThat(freed).isNotDone())
                .chain(() -> transactions.run(third -> lock(third, SECOND)))
                .invoke(
                    locked -> assertThat(locked).as("held by who waits for the first").isOne()));
    await().atMost(LIMIT).until(freed::isDone);
    assertThat(freed.join()).isEqualTo(2);
  }

  private Uni<Void> untilSomebodyWaits() {
    return transactions
        .query(WAITING, Tuple.tuple())
        .chain(rows -> rows.size() > 0 ? Uni.createFrom().voidItem() : untilSomebodyWaits());
  }

  private static Uni<Integer> lock(Tx tx, long host) {
    return tx.lock(
            "select 1 from host_lock where host_id = $1 for update skip locked", Tuple.of(host))
        .map(rows -> rows.size());
  }

  private <T> T run(Function<Tx, Uni<T>> work) {
    return transactions.run(work).await().atMost(LIMIT);
  }
}
