package dev.relight.worker;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** On SIGTERM: begins nothing more, lets running work finish, hands back the rest. */
@Singleton
class OrderlyStop {
  private static final Logger LOG = Logger.getLogger(OrderlyStop.class);
  private static final Duration LAST_REPORTS = Duration.ofSeconds(5);

  private final Heartbeats heartbeats;
  private final CommandConsumer commands;
  private final Attempts attempts;
  private final Duration drainTimeout;

  OrderlyStop(
      Heartbeats heartbeats, CommandConsumer commands, Attempts attempts, WorkerConfig config) {
    this.heartbeats = heartbeats;
    this.commands = commands;
    this.attempts = attempts;
    this.drainTimeout = config.drainTimeout();
  }

  void stop(@Observes ShutdownEvent event) {
    heartbeats.stopping();
    CompletableFuture<Void> idle = attempts.stop();
    commands.fetchTheRest();
    if (!within(drainTimeout, idle)) {
      LOG.infof("Handing back %d running subtasks", attempts.count());
      attempts.releaseAll();
      if (!within(LAST_REPORTS, idle)) {
        LOG.warnf("Kafka has not taken the last %d reports", attempts.count());
      }
    }
  }

  private static boolean within(Duration limit, CompletableFuture<Void> idle) {
    try {
      idle.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
