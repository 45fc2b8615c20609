package dev.relight.controlplane.engine;

import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.Stock;
import dev.relight.controlplane.store.Stock.Open;
import dev.relight.controlplane.store.Stock.Unpublished;
import dev.relight.controlplane.task.TaskState;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Tells how much there is of everything, as it was found some seconds ago. */
@ApplicationScoped
class TakeStock implements Chore {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Stock stock;
  private final Fleet fleet;
  private final CaughtUp caughtUp;
  private final StockConfig config;
  private final Set<String> pools = new TreeSet<>();
  private volatile long takenAt = System.nanoTime();

  TakeStock(Stock stock, Fleet fleet, CaughtUp caughtUp, StockConfig config) {
    this.stock = stock;
    this.fleet = fleet;
    this.caughtUp = caughtUp;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    Metric.SAMPLE_AGE.show(() -> (System.nanoTime() - takenAt) / NANOS);
    Metric.CAUGHT_UP.show(() -> caughtUp.forAtLeast(Duration.ZERO) ? 1 : 0);
  }

  @Override
  public String what() {
    return "take stock";
  }

  @Override
  public Duration interval() {
    return config.interval();
  }

  @Override
  public Uni<Void> round() {
    fleet();
    return stock
        .openTasks()
        .invoke(TakeStock::tasks)
        .chain(stock::liveSubtasks)
        .invoke(TakeStock::subtasks)
        .chain(stock::heldHosts)
        .invoke(Metric.HOST_LOCKS::set)
        .chain(stock::unpublished)
        .invoke(this::outbox)
        .replaceWithVoid();
  }

  private void fleet() {
    Map<String, Fleet.Room> rooms = fleet.rooms();
    pools.addAll(rooms.keySet());
    for (String pool : pools) {
      Fleet.Room room = rooms.getOrDefault(pool, Fleet.Room.NONE);
      Metric.POOL_WORKERS.set(room.workers(), pool);
      Metric.POOL_SLOTS.set(room.slots(), pool);
      Metric.POOL_SLOTS_FREE.set(room.free(), pool);
    }
  }

  private static void tasks(List<Open> found) {
    for (TaskState state : TaskState.values()) {
      if (!state.hasEnded()) {
        Open open =
            found.stream()
                .filter(of -> of.state() == state)
                .findFirst()
                .orElse(new Open(state, 0, 0));
        Metric.TASKS_OPEN.set(open.count(), state.name());
        Metric.TASKS_AGE.set(open.oldestSeconds(), state.name());
      }
    }
  }

  private static void subtasks(Map<String, Long> found) {
    for (String state : Stock.STATES) {
      Metric.SUBTASKS_LIVE.set(found.getOrDefault(state, 0L), state);
    }
  }

  private void outbox(Unpublished found) {
    Metric.OUTBOX_EVENTS.set(found.count());
    Metric.OUTBOX_AGE.set(found.oldestSeconds());
    takenAt = System.nanoTime();
  }
}
