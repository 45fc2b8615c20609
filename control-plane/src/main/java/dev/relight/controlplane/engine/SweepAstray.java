package dev.relight.controlplane.engine;

import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.store.Astray;
import dev.relight.controlplane.store.Astray.Found;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.service.tracing.LogFields;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Puts right what does not move as it should: gives what lost workers had to others, without
 * waiting for Kafka to notice; fails what took too long; sends again what nobody answered to.
 */
@ApplicationScoped
class SweepAstray {
  private static final Logger LOG = Logger.getLogger(SweepAstray.class);

  private final Transactions transactions;
  private final Astray astray;
  private final MoveSubtasks moveSubtasks;
  private final EngineConfig config;

  SweepAstray(
      Transactions transactions, Astray astray, MoveSubtasks moveSubtasks, EngineConfig config) {
    this.transactions = transactions;
    this.astray = astray;
    this.moveSubtasks = moveSubtasks;
    this.config = config;
  }

  /**
   * Only while this control plane has read all that the workers sent, which is {@code trusted}.
   * That is asked again once the lost are found: PostgreSQL may have been away meanwhile.
   */
  Uni<Void> takeOverFromLostWorkers(BooleanSupplier trusted) {
    return sweep(trusted, tx -> astray.lost(tx, config.sweepLimit()), this::takeOver);
  }

  /**
   * Only while that is {@code trusted}, too. The worker hears of it with its next heartbeat: what
   * it runs is not its own any more.
   */
  Uni<Void> failTimedOut(BooleanSupplier trusted) {
    return sweep(trusted, tx -> astray.timedOut(tx, config.sweepLimit()), SweepAstray::timeOut);
  }

  /** Only while that is {@code trusted}: the answer may lie unread. */
  Uni<Void> sendUnansweredAgain(BooleanSupplier trusted) {
    return sweep(
        trusted,
        tx -> astray.unanswered(tx, config.republish(), config.sweepLimit()),
        (ledger, row) -> {
          Metric.COMMANDS_REPEATED.add(1);
          ledger.move(row, SubtaskSignal.REDISPATCHED);
        });
  }

  private void takeOver(Ledger ledger, SubtaskRow row) {
    log(ledger, row, "worker " + row.worker() + " was lost, another takes over");
    Metric.SUBTASK_TAKEOVERS.add(1);
    row.countTakeover();
    if (row.takeovers() > config.maxTakeovers()) {
      ledger.giveUp(row, "given up after " + config.maxTakeovers() + " lost workers");
    } else {
      ledger.takeBack(row);
    }
  }

  private static void timeOut(Ledger ledger, SubtaskRow row) {
    log(ledger, row, row.work() + " timed out");
    Metric.SUBTASK_TIMEOUTS.add(1);
    long seconds = SubtaskText.of(row.work()).timeout().toSeconds();
    ledger.giveUp(
        row,
        row.state() == SubtaskState.CANCELING
            ? "canceled; its worker did not confirm that it has stopped"
            : "not done within " + seconds + " s");
  }

  private static void log(Ledger ledger, SubtaskRow row, String what) {
    long task = row.node().taskId();
    LogFields.about(
        task,
        row.id(),
        row.attempt(),
        ledger.task(task).traceparent(),
        () -> LOG.infof("task %d subtask %d attempt %d: %s", task, row.id(), row.attempt(), what));
  }

  /** Until nothing is found any more, or it is not to be trusted. */
  private Uni<Void> sweep(
      BooleanSupplier trusted,
      Function<Tx, Uni<List<Found>>> find,
      BiConsumer<Ledger, SubtaskRow> act) {
    if (!trusted.getAsBoolean()) {
      return Uni.createFrom().voidItem();
    }
    return transactions
        .run(find)
        .chain(
            found ->
                found.isEmpty() || !trusted.getAsBoolean()
                    ? Uni.createFrom().voidItem()
                    : act(found, act)
                        .chain(
                            () ->
                                found.size() < config.sweepLimit()
                                    ? Uni.createFrom().voidItem()
                                    : sweep(trusted, find, act)));
  }

  private Uni<Committed> act(List<Found> found, BiConsumer<Ledger, SubtaskRow> act) {
    Map<Long, Long> fences = new HashMap<>();
    found.forEach(f -> fences.put(f.dispatch().subtaskId(), f.dispatch().fence()));
    return moveSubtasks.move(
        found.stream().map(Found::taskId).collect(Collectors.toCollection(TreeSet::new)),
        fences.keySet(),
        (ledger, rows) ->
            rows.values().stream()
                .filter(row -> row.fence() == fences.get(row.id()) && row.state().isLive())
                .forEach(row -> act.accept(ledger, row)));
  }
}
