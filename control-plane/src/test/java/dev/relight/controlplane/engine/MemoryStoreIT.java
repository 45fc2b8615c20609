package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.engine.SimulatedEngine.Patience;
import dev.relight.controlplane.engine.SimulatedEngine.Stores;
import dev.relight.controlplane.engine.Twins.Pair;
import dev.relight.controlplane.engine.Twins.Twin;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.MemoryStore;
import dev.relight.controlplane.store.MemoryTables;
import dev.relight.model.AgentState;
import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerHeartbeat;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the simulation has in the place of SQL does what the SQL does: the engine on PostgreSQL and
 * the engine on tables in memory are told the same, and have the same in their tables after every
 * step.
 */
@QuarkusTest
class MemoryStoreIT {
  private static final Duration ENOUGH = Duration.ofSeconds(5);
  private static final Patience PATIENCE =
      new Patience(Duration.ofHours(1), 2, Duration.ofHours(1), Duration.ofDays(1), 100);

  /** What is overdue after some time is so in PostgreSQL, too, if a round takes no longer. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final List<Long> LATER = List.of(45_000L, 7_200_000L);
  private static final List<TaskKind> KINDS =
      List.of(TaskKind.BATCH_RESTART, TaskKind.BATCH_STOP, TaskKind.RESTART, TaskKind.STOP);

  private static final String PASS =
      """
      with d as (select %d * interval '1 millisecond' as t),
        w as (update worker set lease_until = lease_until - t from d),
        c as (update control_plane set lease_until = lease_until - t from d)
      update subtask set deadline = deadline - t, dispatched_at = dispatched_at - t from d
      """;

  @Inject SimulatedStores stores;
  @Inject Rehearsal rehearsal;
  @Inject Patrol patrol;
  @Inject TableComparison comparison;

  private Random random;
  private Twins twins;
  private MemoryTables tables;
  private List<Long> hosts;
  private List<String> workers;
  private final List<SubmittedTask> tasks = new ArrayList<>();
  private final List<Pair> begun = new ArrayList<>();
  private long millis;
  private long sequence;

  @BeforeEach
  void nothingElseMoves() throws InterruptedException {
    patrol.stop(null);
    rehearsal.clear();
  }

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
    patrol.start(null);
  }

  @Test
  void theTablesInMemoryAreAsThoseOfPostgreSql() {
    long seed = Long.getLong("relight.random.seed", System.nanoTime());
    long end = System.nanoTime() + ENOUGH.toNanos();
    int rounds = 0;
    int steps = 0;
    for (; System.nanoTime() < end; rounds++, seed++) {
      try {
        steps += round(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("once more with -Drelight.random.seed=" + seed, e);
      }
    }
    System.out.printf("%d rounds, %d steps, the last seed %d%n", rounds, steps, seed - 1);
    assertThat(steps).isPositive();
  }

  private int round(long seed) {
    begin(seed);
    long began = System.nanoTime();
    int steps = 0;
    for (int left = 20 + random.nextInt(60); left > 0; left--, steps++) {
      step();
      if (System.nanoTime() - began > AT_ONCE.toNanos()) {
        return steps;
      }
      comparison.tables(tables, hosts);
    }
    comparison.events(tables, tasks.get(0).id());
    return steps;
  }

  private void begin(long seed) {
    random = new Random(seed);
    for (String table : List.of("subtask", "task", "host_lock", "control_plane")) {
      rehearsal.update("delete from " + table);
    }
    tasks.clear();
    begun.clear();
    hosts = rehearsal.hosts(4);
    rehearsal.update("update host set pool = 'simulated' where id >= " + hosts.get(0));
    workers = IntStream.range(0, 3).mapToObj(i -> "w" + i + "-" + seed).toList();
    tables = new MemoryTables(() -> millis, Set.of());
    hosts.forEach(tables::addHost);
    Stores memory = Stores.of(new MemoryStore(tables, stores.all().json(), () -> true));
    twins = new Twins(stores.all(), memory, PATIENCE, () -> millis * 1_000_000);
    announce();
    beat();
    submit();
  }

  private void step() {
    switch (random.nextInt(14)) {
      case 0 -> submit();
      case 1, 2, 3 -> operate();
      case 4 -> beat();
      case 5 -> pass();
      case 6 -> sweep();
      default -> report();
    }
  }

  private void submit() {
    TaskKind kind = KINDS.get(random.nextInt(KINDS.size()));
    int first = random.nextInt(4);
    List<Long> some =
        kind.isBatch()
            ? hosts.subList(first, 1 + first + random.nextInt(4 - first))
            : List.of(hosts.get(first));
    List<SubmittedTask> made = new ArrayList<>();
    twins
        .both(
            twin -> twin.engine().submit(kind, some).invoke(made::add),
            task -> task.id() + " " + task.firstSubtaskId(),
            () -> {
              if (tasks.isEmpty()) {
                tables.number(made.get(0).id(), made.get(0).firstSubtaskId());
              }
            })
        .ifPresent(tasks::add);
  }

  private void operate() {
    SubmittedTask task = tasks.get(random.nextInt(tasks.size()));
    long id = task.id();
    long subtask = task.subtaskId(random.nextInt(task.plan().subtasks().size()));
    Function<SimulatedEngine, Uni<Void>> what =
        switch (random.nextInt(10)) {
          case 0, 1 -> engine -> engine.retry(id);
          case 2 -> engine -> engine.rollBack(id);
          case 3 -> engine -> engine.pause(id);
          case 4, 5 -> engine -> engine.resume(id);
          case 6 -> engine -> engine.cancel(id);
          case 7 -> engine -> engine.retry(id, subtask);
          case 8 -> engine -> engine.skip(id, subtask);
          default -> engine -> engine.cancel(id, subtask);
        };
    both(what);
  }

  private void both(Function<SimulatedEngine, Uni<Void>> what) {
    twins.both(twin -> what.apply(twin.engine()), nothing -> "done");
  }

  private void beat() {
    int from = random.nextInt(3);
    int to = from + 1 + random.nextInt(3 - from);
    List<Pair> running = begun.stream().filter(pair -> random.nextInt(3) > 0).toList();
    sequence++;
    twins.both(
        twin ->
            twin.engine()
                .hear(workers.subList(from, to).stream().map(w -> beat(w, running, twin)).toList()),
        control -> control.cancel().stream().map(Dispatch::subtaskId).sorted().toList());
  }

  private WorkerHeartbeat beat(String worker, List<Pair> running, Twin twin) {
    int slots = 1 + workers.indexOf(worker);
    List<Dispatch> dispatches = running.stream().map(pair -> pair.dispatch(twin)).toList();
    return new WorkerHeartbeat(
        worker,
        "simulated",
        sequence,
        slots,
        slots,
        List.of(slots),
        dispatches,
        null,
        null,
        0,
        false);
  }

  private void pass() {
    long time = LATER.get(random.nextInt(LATER.size()));
    millis += time;
    rehearsal.update(PASS.formatted(time));
    if (random.nextBoolean()) {
      beat();
    }
    sweep();
  }

  private void sweep() {
    if (random.nextInt(4) > 0) {
      announce();
    }
    switch (random.nextInt(4)) {
      case 0 -> both(SimulatedEngine::takeOverFromLostWorkers);
      case 1 -> both(SimulatedEngine::failTimedOut);
      case 2 -> both(SimulatedEngine::sendUnansweredAgain);
      default -> both(SimulatedEngine::dispatchWaiting);
    }
  }

  private void announce() {
    boolean allIsRead = random.nextInt(4) > 0;
    both(
        engine -> {
          // The first one after a while counts for nothing.
          engine.look(true);
          engine.look(allIsRead);
          return engine.announce();
        });
  }

  private void report() {
    List<Pair> some = new ArrayList<>();
    List<ReportType> types = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0 && !twins.sent().isEmpty(); i--) {
      int newest = twins.sent().size() - 1;
      Pair pair = twins.sent().get(Math.max(0, newest - random.nextInt(6)));
      some.add(pair);
      types.add(type());
      begun.add(pair);
    }
    String worker = workers.get(random.nextInt(3));
    AgentState seen = new AgentState(random.nextBoolean(), "1", "/log", List.of(), null);
    twins.both(
        twin ->
            twin.engine()
                .apply(
                    IntStream.range(0, some.size())
                        .mapToObj(
                            i -> report(twin.command(some.get(i)), types.get(i), worker, seen))
                        .toList()),
        nothing -> "done");
  }

  private ReportType type() {
    return switch (random.nextInt(12)) {
      case 0 -> ReportType.RELEASED;
      case 1, 2 -> ReportType.FAILED;
      case 3, 4, 5, 6 -> ReportType.STARTED;
      default -> ReportType.SUCCEEDED;
    };
  }

  private static SubtaskReport report(
      SubtaskCommand command, ReportType type, String worker, AgentState seen) {
    return new SubtaskReport(
        command.taskId(),
        command.subtaskId(),
        command.attempt(),
        command.fence(),
        worker,
        type,
        null,
        type == ReportType.FAILED ? "by chance" : null,
        type == ReportType.STARTED ? null : seen,
        List.of());
  }
}
