package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.Announce;
import dev.relight.controlplane.engine.Rounds;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Leaves the reports to other control planes until this one has started and while it does not reach
 * PostgreSQL, and takes its share when it does.
 */
@ApplicationScoped
class LeaveReports {
  private static final Logger LOG = Logger.getLogger(LeaveReports.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Longer than PostgreSQL is to be waited for in passing. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaClientService clients;
  private final Announce announce;
  private Cancellable rounds;

  LeaveReports(KafkaClientService clients, Announce announce) {
    this.clients = clients;
    this.announce = announce;
  }

  /** At last: one that is still about to start would have its share wait for that. */
  void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
    rounds = Rounds.every(LOOK, "ask for another share of the reports", this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  private Uni<Void> round() {
    boolean cutOff = announce.silence().compareTo(PATIENCE) > 0;
    if (ReportAssignor.say(cutOff)) {
      LOG.infof(
          "PostgreSQL is %s; the reports are %s",
          cutOff ? "out of reach" : "reached", cutOff ? "the others'" : "shared");
    }
    if (ReportAssignor.hasSaid(cutOff)) {
      return Uni.createFrom().voidItem();
    }
    return clients
        .<String, byte[]>getConsumer("reports")
        .runOnPollingThread(
            consumer -> {
              consumer.enforceRebalance("PostgreSQL is reached: " + !cutOff);
            });
  }
}
