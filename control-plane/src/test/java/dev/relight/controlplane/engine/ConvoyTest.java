package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConvoyTest {
  private record Batch(List<Integer> items, UniEmitter<? super List<String>> answer) {
    void done() {
      answer.complete(items.stream().map(String::valueOf).toList());
    }
  }

  private final List<Batch> batches = new ArrayList<>();

  private Convoy<Integer, String> convoy(int lanes, int size) {
    return new Convoy<>(
        new Convoy.Queue(5, Duration.ofHours(1)),
        lanes,
        size,
        item -> List.of(item % 100),
        IllegalArgumentException.class::isInstance,
        items -> Uni.createFrom().emitter(emitter -> batches.add(new Batch(items, emitter))));
  }

  private static List<CompletableFuture<String>> add(Convoy<Integer, String> convoy, int... items) {
    return IntStream.of(items)
        .mapToObj(item -> convoy.add(item).subscribeAsCompletionStage())
        .toList();
  }

  @Test
  void sendsTheFirstAtOnceAndTheOthersTogetherBehindIt() {
    List<CompletableFuture<String>> answers = add(convoy(1, 10), 1, 2, 3);
    assertThat(batches).extracting(Batch::items).containsExactly(List.of(1));

    batches.get(0).done();
    assertThat(batches).extracting(Batch::items).containsExactly(List.of(1), List.of(2, 3));
    assertThat(answers.get(0)).isCompletedWithValue("1");
    assertThat(answers.get(1)).isNotDone();

    batches.get(1).done();
    assertThat(answers.get(2)).isCompletedWithValue("3");
  }

  @Test
  void hasNoMoreUnderWayThanItMay() {
    add(convoy(2, 2), 1, 2, 3, 4, 5);
    assertThat(batches).extracting(Batch::items).containsExactly(List.of(1), List.of(2));

    batches.get(1).done();
    assertThat(batches).extracting(Batch::items).last().isEqualTo(List.of(3, 4));
  }

  @Test
  void keepsApartWhatClaimsTheSame() {
    add(convoy(1, 10), 1, 5, 105, 6);
    batches.get(0).done();
    assertThat(batches.get(1).items).containsExactly(5, 6);

    batches.get(1).done();
    assertThat(batches.get(2).items).containsExactly(105);
  }

  @Test
  void findsTheOneThatFailsByHalves() {
    Convoy<Integer, String> convoy =
        new Convoy<>(
            new Convoy.Queue(10, Duration.ofHours(1)),
            1,
            10,
            item -> List.of(item),
            IllegalArgumentException.class::isInstance,
            items ->
                Uni.createFrom()
                    .emitter(
                        emitter -> {
                          Batch batch = new Batch(items, emitter);
                          if (batches.isEmpty()) {
                            batches.add(batch);
                          } else if (items.contains(4)) {
                            emitter.fail(new IllegalArgumentException("4"));
                          } else {
                            batch.done();
                          }
                        }));
    List<CompletableFuture<String>> answers = add(convoy, 1, 2, 3, 4, 5, 6);
    batches.get(0).done();

    assertThatThrownBy(answers.get(3)::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("4");
    assertThat(answers.stream().filter(answer -> !answer.isCompletedExceptionally()))
        .extracting(CompletableFuture::join)
        .containsExactly("1", "2", "3", "5", "6");
  }

  @Test
  void failsAllOfABatchWhereItIsNotKnownWhatWasDone() {
    List<CompletableFuture<String>> answers = add(convoy(1, 10), 1, 2, 3);
    batches.get(0).done();
    batches.get(1).answer.fail(new IllegalStateException("connection lost"));

    assertThat(answers.get(1)).isCompletedExceptionally();
    assertThat(answers.get(2)).isCompletedExceptionally();
    assertThat(batches).hasSize(2);
  }

  @Test
  void goesOnAfterAFailure() {
    Convoy<Integer, String> convoy = convoy(1, 10);
    add(convoy, 1);
    batches.get(0).answer.fail(new IllegalStateException("connection lost"));

    add(convoy, 2);
    batches.get(1).done();
  }

  @Test
  void refusesWhatFindsTheQueueFullAndLosesNothingOfIt() {
    Convoy<Integer, String> convoy = convoy(1, 10);
    List<CompletableFuture<String>> answers = add(convoy, 1, 2, 3, 4, 5, 6, 7);

    assertThatThrownBy(answers.get(6)::join)
        .cause()
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
              assertThat(refusal.retryAfter()).isPositive();
            });
    batches.get(0).done();
    batches.get(1).done();
    assertThat(answers.subList(0, 6)).allMatch(CompletableFuture::isDone);
    assertThat(add(convoy, 8).get(0)).isNotCompletedExceptionally();
  }

  @Test
  void refusesWhatComesWhenTheFirstHasWaitedTooLong() {
    Convoy<Integer, String> convoy =
        new Convoy<>(
            new Convoy.Queue(100, Duration.ZERO),
            1,
            10,
            item -> List.of(item),
            failure -> false,
            items -> Uni.createFrom().emitter(emitter -> batches.add(new Batch(items, emitter))));
    List<CompletableFuture<String>> answers = add(convoy, 1, 2, 3);

    assertThat(answers.get(1)).isNotDone();
    assertThat(answers.get(2)).isCompletedExceptionally();
    batches.get(0).done();
    batches.get(1).done();
    assertThat(answers.get(1)).isCompletedWithValue("2");
  }
}
