package dev.relight.worker;

import dev.relight.model.AgentState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.service.tracing.LogFields;
import dev.relight.worker.agent.OperationFailed;
import dev.relight.worker.agent.OperationLog;
import dev.relight.worker.agent.Profile;
import dev.relight.worker.agent.Profiles;
import dev.relight.worker.metrics.Metric;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One dispatch in this worker's hands, from the arrival of its command to its last report. STARTED
 * is with the broker before the command is acknowledged, and both before the host is touched.
 */
final class Attempt {
  private static final Logger LOG = Logger.getLogger(Attempt.class);

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Interruption reason;

    Interrupted(Interruption reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }

  private final ReceivedCommand received;
  private final SubtaskCommand command;
  private final long arrivedAt = System.nanoTime();
  private final Lease lease;
  private final long term;
  private final Profiles profiles;
  private final ReportSender reports;
  private final OperationLog log;
  private final CompletableFuture<Interruption> interruption = new CompletableFuture<>();
  private final AtomicBoolean acknowledged = new AtomicBoolean();
  private volatile OptionalLong performingSince = OptionalLong.empty();
  private volatile boolean begun;
  private volatile Profile profile;
  private boolean withdrawn;
  private boolean concluding;

  Attempt(
      ReceivedCommand received,
      Lease lease,
      Profiles profiles,
      ReportSender reports,
      OperationLog log) {
    this.received = received;
    this.log = log;
    this.command = received.command();
    this.lease = lease;
    this.term = lease.term();
    this.profiles = profiles;
    this.reports = reports;
  }

  /** Completes when the last report is with the broker, whatever became of the work. */
  Uni<Void> run() {
    return unlessInterrupted(this::work).onItemOrFailure().transformToUni(this::conclude);
  }

  void interrupt(Interruption reason) {
    interruption.complete(reason);
  }

  /** Interrupts what was not begun, and only that; tells whether it has. */
  boolean withdraw(Interruption reason) {
    synchronized (this) {
      if (begun) {
        return false;
      }
      withdrawn = true;
    }
    interrupt(reason);
    return true;
  }

  boolean hasBegun() {
    return begun;
  }

  ReceivedCommand received() {
    return received;
  }

  /** To be called now and then: sends the log and ends what takes too long. */
  void tend() {
    if (!begun) {
      return;
    }
    sendLog();
    // The wait for a broker that is away is none of the host's time.
    if (performingSince.isPresent()
        && Duration.ofNanos(System.nanoTime() - performingSince.getAsLong()).toMillis()
            > command.timeoutMillis()) {
      interrupt(Interruption.TIMED_OUT);
    }
  }

  @Override
  public String toString() {
    return "Task %d, subtask %d, attempt %d"
        .formatted(command.taskId(), command.subtaskId(), command.attempt());
  }

  private Uni<AgentState> work() {
    return whenHeld()
        .chain(this::begin)
        // The broker may have let us wait for long: asked once more before the host is touched.
        .chain(this::whenHeld)
        .chain(this::perform);
  }

  private Uni<Void> whenHeld() {
    return lease
        .whenHeld()
        .invoke(
            () -> {
              if (lease.term() != term) {
                throw new Interrupted(Interruption.RELEASED);
              }
            });
  }

  private Uni<Void> begin() {
    synchronized (this) {
      if (withdrawn) {
        return Uni.createFrom().nothing();
      }
      begun = true;
    }
    return reports
        .send(command, ReportType.STARTED, null, null, List.of())
        .chain(this::acknowledge);
  }

  private Uni<Void> acknowledge() {
    return acknowledged.compareAndSet(false, true)
        ? received.acknowledge()
        : Uni.createFrom().voidItem();
  }

  private Uni<AgentState> perform() {
    performingSince = OptionalLong.of(System.nanoTime());
    profile = profiles.named(command.host().profile());
    return profile.perform(command, log);
  }

  private Uni<Void> conclude(AgentState state, Throwable failure) {
    if (failure == null) {
      return report(ReportType.SUCCEEDED, null, state);
    }
    if (failure instanceof Interrupted interrupted) {
      return concludeInterrupted(interrupted.reason);
    }
    if (failure instanceof OperationFailed failed) {
      logFields(() -> LOG.infof("%s failed: %s", this, failed.getMessage()));
      return report(ReportType.FAILED, failed.getMessage(), failed.observed());
    }
    logFields(() -> LOG.errorf(failure, "%s broke", this));
    return report(ReportType.FAILED, "The worker has an error: " + failure, null);
  }

  private Uni<Void> concludeInterrupted(Interruption reason) {
    return switch (reason) {
      case CANCELED -> endOnHost().chain(() -> report(ReportType.FAILED, "canceled", null));
      case TIMED_OUT -> endOnHost().chain(() -> report(ReportType.FAILED, timedOut(), null));
      case RELEASED -> report(ReportType.RELEASED, null, null);
      case REVOKED -> Uni.createFrom().voidItem();
    };
  }

  private void logFields(Runnable lines) {
    LogFields.about(
        command.taskId(), command.subtaskId(), command.attempt(), command.traceparent(), lines);
  }

  private String timedOut() {
    return "Not done within %d s. The last thing was: %s"
        .formatted(Duration.ofMillis(command.timeoutMillis()).toSeconds(), log.last());
  }

  private Uni<Void> endOnHost() {
    if (profile == null) {
      return Uni.createFrom().voidItem();
    }
    return profile
        .end(command)
        .onFailure()
        .invoke(failure -> log.warn("Could not be ended on the host: " + failure.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> report(ReportType type, String message, AgentState observed) {
    if (message != null) {
      log.warn(message);
    }
    return reports
        .send(command, type, message, observed, lastLogLines())
        .invoke(
            () ->
                Metric.ATTEMPT_DURATION.since(
                    arrivedAt, command.kind().name(), type.name().toLowerCase(Locale.ROOT)))
        .chain(this::acknowledge);
  }

  private synchronized void sendLog() {
    List<String> lines = concluding ? List.of() : log.drain();
    if (!lines.isEmpty()) {
      sendLog(lines);
    }
  }

  /** What does not fit into the last report goes before it. */
  private synchronized List<String> lastLogLines() {
    concluding = true;
    log.end();
    List<String> lines = log.drain();
    List<String> more = log.drain();
    while (!more.isEmpty()) {
      sendLog(lines);
      lines = more;
      more = log.drain();
    }
    return lines;
  }

  private void sendLog(List<String> lines) {
    reports
        .send(command, ReportType.LOG, null, null, lines)
        .subscribe()
        .with(sent -> {}, failure -> LOG.debugf(failure, "No log of %s", this));
  }

  private <T> Uni<T> unlessInterrupted(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .emitter(
            outcome -> {
              if (interruption.isDone()) {
                outcome.fail(new Interrupted(interruption.join()));
                return;
              }
              Cancellable running = work.get().subscribe().with(outcome::complete, outcome::fail);
              interruption.thenAccept(
                  reason -> {
                    running.cancel();
                    outcome.fail(new Interrupted(reason));
                  });
            });
  }
}
