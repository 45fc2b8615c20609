package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.simulation.Timer;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.Dispatch;
import dev.relight.model.SubtaskCommand;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Two engines that are told the same, of which one keeps its books in PostgreSQL. */
final class Twins {
  /** So much time goes by wherever somebody waits. */
  private static final Duration LOOK = Duration.ofMinutes(10);

  /** The same command as each of them has sent it. */
  record Pair(SubtaskCommand stored, SubtaskCommand remembered) {
    Dispatch dispatch(Twin of) {
      return new Dispatch(stored.subtaskId(), of.command(this).fence());
    }
  }

  /** One of the two. */
  static final class Twin {
    private final boolean stores;
    private final SimulatedEngine engine;
    private final Queue<Committed> told = new ConcurrentLinkedQueue<>();
    private final Queue<Dispatch> withdrawn = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private Twin(
        boolean stores,
        SimulatedEngine.Stores store,
        SimulatedEngine.Patience patience,
        LongSupplier nanos) {
      this.stores = stores;
      Timer timer = new Timer((delay, what) -> waiting.add(what));
      engine =
          new SimulatedEngine(
              store,
              patience,
              new SimulatedEngine.Time(nanos, timer),
              told::add,
              dispatches -> {
                withdrawn.addAll(dispatches);
                return Uni.createFrom().voidItem();
              });
    }

    SimulatedEngine engine() {
      return engine;
    }

    SubtaskCommand command(Pair pair) {
      return stores ? pair.stored : pair.remembered;
    }
  }

  private final Twin stored;
  private final Twin remembered;
  private final List<Pair> sent = new ArrayList<>();
  private long extraNanos;

  Twins(
      SimulatedEngine.Stores postgres,
      SimulatedEngine.Stores memory,
      SimulatedEngine.Patience patience,
      LongSupplier nanos) {
    LongSupplier now = () -> nanos.getAsLong() + extraNanos;
    stored = new Twin(true, postgres, patience, now);
    remembered = new Twin(false, memory, patience, now);
  }

  /** Everything that was sent to workers, oldest first. */
  List<Pair> sent() {
    return sent;
  }

  /** Has both do the same, and holds what they answer and tell against each other. */
  <T> Optional<T> both(Function<Twin, Uni<T>> what, Function<T, Object> essence) {
    return both(what, essence, () -> {});
  }

  /** The second does it once {@code between} was done. */
  <T> Optional<T> both(Function<Twin, Uni<T>> what, Function<T, Object> essence, Runnable between) {
    CompletableFuture<T> first = what.apply(stored).subscribeAsCompletionStage();
    await(first, stored);
    between.run();
    CompletableFuture<T> second = what.apply(remembered).subscribeAsCompletionStage();
    await(second, remembered);
    assertThat(outcome(second, essence)).isEqualTo(outcome(first, essence));
    compareWhatWasTold();
    return first.isCompletedExceptionally() ? Optional.empty() : Optional.ofNullable(first.join());
  }

  private void await(CompletableFuture<?> done, Twin twin) {
    extraNanos = 0;
    long end = System.nanoTime() + Rehearsal.LONG.toNanos();
    while (!done.isDone()) {
      Runnable next = twin.waiting.poll();
      if (next != null) {
        extraNanos += LOOK.toNanos();
        next.run();
      } else if (System.nanoTime() - end > 0) {
        throw new AssertionError("It is not done");
      } else {
        pause(done);
      }
    }
    extraNanos = 0;
  }

  private static void pause(CompletableFuture<?> done) {
    try {
      done.get(1, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Looked at by the caller.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> Object outcome(CompletableFuture<T> done, Function<T, Object> essence) {
    BiFunction<T, Throwable, Object> told =
        (value, failure) -> {
          if (failure == null) {
            return value == null ? "done" : essence.apply(value);
          }
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          return cause instanceof Refusal refusal
              ? refusal.reason() + ": " + refusal.getMessage()
              : cause.toString();
        };
    return done.handle(told).join();
  }

  private void compareWhatWasTold() {
    List<Committed> first = drain(stored.told);
    List<Committed> second = drain(remembered.told);
    assertThat(all(second, c -> c.endedTasks().stream()))
        .containsExactlyInAnyOrderElementsOf(all(first, c -> c.endedTasks().stream()));
    assertThat(all(second, c -> subtasks(c.canceled())))
        .containsExactlyInAnyOrderElementsOf(all(first, c -> subtasks(c.canceled())));
    assertThat(subtasks(drain(remembered.withdrawn)))
        .containsExactlyInAnyOrderElementsOf(subtasks(drain(stored.withdrawn)).toList());
    Map<Long, SubtaskCommand> others = new HashMap<>();
    List<SubtaskCommand> commands = all(first, c -> c.commands().stream().map(a -> a.command()));
    all(second, c -> c.commands().stream().map(a -> a.command()))
        .forEach(command -> others.put(command.subtaskId(), command));
    assertThat(others.values().stream().map(Twins::essence))
        .containsExactlyInAnyOrderElementsOf(commands.stream().map(Twins::essence).toList());
    commands.forEach(command -> sent.add(new Pair(command, others.get(command.subtaskId()))));
  }

  private static String essence(SubtaskCommand command) {
    return "%d of %d, attempt %d: %s%s on %d, %s"
        .formatted(
            command.subtaskId(),
            command.taskId(),
            command.attempt(),
            command.kind(),
            command.compensation() ? " again" : "",
            command.host().id(),
            command.recorded());
  }

  private static <T> List<T> drain(Queue<T> queue) {
    List<T> all = new ArrayList<>();
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      all.add(next);
    }
    return all;
  }

  private static <T> List<T> all(List<Committed> told, Function<Committed, Stream<T>> part) {
    return told.stream().flatMap(part).toList();
  }

  private static Stream<Long> subtasks(Collection<Dispatch> dispatches) {
    return dispatches.stream().map(Dispatch::subtaskId);
  }
}
