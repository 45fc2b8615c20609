package dev.relight.controlplane.engine;

import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Hands on in batches what comes one by one: what comes while a batch is under way goes with the
 * next. Alone nothing waits, and the busier it is, the less each costs. What would have to wait for
 * long is refused at once.
 */
public final class Convoy<T, R> {
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final Queue queue;
  private final int lanes;
  private final int size;
  private final Function<T, Collection<?>> claims;
  private final Predicate<Throwable> ofOne;
  private final Function<List<T>, Uni<List<R>>> batch;
  private final Deque<Waiting<T, R>> waiting = new ArrayDeque<>();
  private int underWay;

  /**
   * How much may wait.
   *
   * @param longest how many wait at most
   * @param patience when the first of them has waited for so long, no more are taken
   */
  public record Queue(int longest, Duration patience) {}

  /**
   * @param queue beyond which a {@link Refusal} says when to come again
   * @param lanes how many batches are under way at once
   * @param size how many go together at most
   * @param claims what two of the same batch must not have in common
   * @param ofOne whether a failure is that of one of the batch: then it is found by halves, and the
   *     others do not fail with it
   * @param batch does the work, all of it or nothing, and answers in the same order
   */
  public Convoy(
      Queue queue,
      int lanes,
      int size,
      Function<T, Collection<?>> claims,
      Predicate<Throwable> ofOne,
      Function<List<T>, Uni<List<R>>> batch) {
    this.queue = queue;
    this.lanes = lanes;
    this.size = size;
    this.claims = claims;
    this.ofOne = ofOne;
    this.batch = batch;
  }

  private record Waiting<T, R>(T item, UniEmitter<? super R> emitter, long since) {}

  /**
   * What the batch with the item answers for it. It is told on the context on which it was asked:
   * sessions and whatever else belongs to one request would else get into those of another.
   */
  public Uni<R> add(T item) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Context own = Vertx.currentContext();
              Uni<R> answer = join(item);
              return own == null ? answer : answer.emitOn(MutinyHelper.executor(own));
            });
  }

  private Uni<R> join(T item) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              if (wait(new Waiting<>(item, emitter, System.nanoTime()))) {
                next();
              } else {
                emitter.fail(
                    Refusal.unavailable("There is more to do than can be stored soon.", TRY_AGAIN));
              }
            });
  }

  private synchronized boolean wait(Waiting<T, R> one) {
    boolean isFull =
        !waiting.isEmpty()
            && (waiting.size() >= queue.longest
                || one.since - waiting.getFirst().since > queue.patience.toNanos());
    return !isFull && waiting.add(one);
  }

  private void next() {
    List<Waiting<T, R>> next;
    synchronized (this) {
      if (underWay == lanes || waiting.isEmpty()) {
        return;
      }
      underWay++;
      next = take();
    }
    run(next)
        .subscribe()
        .with(
            done -> {
              synchronized (this) {
                underWay--;
              }
              next();
            });
  }

  private List<Waiting<T, R>> take() {
    List<Waiting<T, R>> taken = new ArrayList<>();
    Set<Object> claimed = new HashSet<>();
    for (Iterator<Waiting<T, R>> it = waiting.iterator(); it.hasNext() && taken.size() < size; ) {
      Waiting<T, R> candidate = it.next();
      Collection<?> wanted = claims.apply(candidate.item);
      if (wanted.stream().noneMatch(claimed::contains)) {
        claimed.addAll(wanted);
        taken.add(candidate);
        it.remove();
      }
    }
    return taken;
  }

  /** Never fails: each is told for itself. */
  private Uni<Void> run(List<Waiting<T, R>> together) {
    return Uni.createFrom()
        .deferred(() -> batch.apply(together.stream().map(Waiting::item).toList()))
        .invoke(
            answers -> {
              for (int i = 0; i < together.size(); i++) {
                together.get(i).emitter.complete(answers.get(i));
              }
            })
        .replaceWithVoid()
        .onFailure()
        .recoverWithUni(
            failure -> {
              if (together.size() > 1 && ofOne.test(failure)) {
                int half = together.size() / 2;
                return run(together.subList(0, half))
                    .chain(() -> run(together.subList(half, together.size())));
              }
              together.forEach(one -> one.emitter.fail(failure));
              return Uni.createFrom().voidItem();
            });
  }
}
