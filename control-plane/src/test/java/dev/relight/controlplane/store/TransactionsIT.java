package dev.relight.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All of a transaction is kept, or nothing, wherever in it something fails. */
@QuarkusTest
class TransactionsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String PUT =
      "insert into request_key (user_id, key, request) values ($1, $2, '')";
  private static final long USER = -1;

  @Inject Transactions transactions;

  @AfterEach
  void clear() {
    run(tx -> tx.update("delete from request_key where user_id = $1", Tuple.of(USER)));
  }

  @Test
  void isKeptWhenItsWorkIsDone() {
    run(tx -> put(tx, "a").chain(() -> put(tx, "b")));
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void isKeptWhenItCommitsRightBehindItsStatements() {
    run(tx -> Uni.combine().all().unis(put(tx, "a"), put(tx, "b"), tx.commit()).asTuple());
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void isNotKeptWhenItsWorkFails() {
    assertThatThrownBy(
            () ->
                run(
                    tx ->
                        put(tx, "a")
                            .chain(() -> Uni.createFrom().failure(new ArithmeticException()))))
        .isInstanceOf(ArithmeticException.class);
    assertThat(count()).isZero();
  }

  @Test
  void isNotKeptWhenAStatementFailsThatItsCommitFollows() {
    assertThatThrownBy(
            () ->
                run(
                    tx ->
                        Uni.combine()
                            .all()
                            .unis(put(tx, "a"), put(tx, "a"), put(tx, "b"), tx.commit())
                            .asTuple()))
        .isInstanceOf(Unstorable.class);
    assertThat(count()).isZero();
  }

  @Test
  void failsWithAStatementThatItsWorkMakesNothingOf() {
    assertThatThrownBy(
            () -> run(tx -> put(tx, "a").chain(() -> put(tx, "a").onFailure().recoverWithItem(0))))
        .isInstanceOf(Unstorable.class);
    assertThat(count()).isZero();
  }

  @Test
  void takesNoStatementBehindItsEnd() {
    assertThatThrownBy(() -> run(tx -> tx.commit().chain(() -> put(tx, "a"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
    assertThat(count()).isZero();
  }

  @Test
  void leavesItsConnectionForTheNext() {
    for (int i = 0; i < 20; i++) {
      String key = "a" + i;
      assertThatThrownBy(() -> run(tx -> put(tx, key).chain(() -> put(tx, key))))
          .isInstanceOf(Unstorable.class);
      run(tx -> put(tx, key));
    }
    assertThat(count()).isEqualTo(20);
  }

  private static Uni<Integer> put(Tx tx, String key) {
    return tx.update(PUT, Tuple.of(USER, key));
  }

  private int count() {
    return run(
        tx ->
            tx.lock("select key from request_key where user_id = $1", Tuple.of(USER))
                .map(rows -> rows.size()));
  }

  private <T> T run(Function<Tx, Uni<T>> work) {
    return transactions.run(work).await().atMost(LIMIT);
  }
}
