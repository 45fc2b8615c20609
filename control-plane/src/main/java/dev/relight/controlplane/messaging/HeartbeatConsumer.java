package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.CaughtUp;
import dev.relight.controlplane.engine.HearWorkers;
import dev.relight.model.WorkerHeartbeat;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Reads every worker's heartbeats, at every control plane, and acknowledges them. */
@ApplicationScoped
class HeartbeatConsumer {
  private static final Logger LOG = Logger.getLogger(HeartbeatConsumer.class);

  private final HearWorkers hearWorkers;
  private final CaughtUp caughtUp;
  private final ControlPublisher publisher;
  private final Wire wire;
  private volatile boolean stopping;

  HeartbeatConsumer(
      HearWorkers hearWorkers, CaughtUp caughtUp, ControlPublisher publisher, Wire wire) {
    this.hearWorkers = hearWorkers;
    this.caughtUp = caughtUp;
    this.publisher = publisher;
    this.wire = wire;
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
  }

  @Incoming("heartbeats")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    List<WorkerHeartbeat> heartbeats = new ArrayList<>(records.count());
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        heartbeats.add(wire.heartbeat(record.value()));
      } catch (IOException | IllegalArgumentException e) {
        LOG.warnf("heartbeat at offset %d cannot be read: %s", record.offset(), e);
      }
    }
    if (heartbeats.isEmpty() || stopping) {
      return Uni.createFrom().voidItem();
    }
    // A heartbeat that could not be stored is not acknowledged to its worker; the next one is near.
    return caughtUp
        .keeping(hearWorkers.hear(heartbeats))
        .chain(publisher::say)
        .onFailure()
        .invoke(
            failure -> {
              caughtUp.no();
              LOG.warnf("heartbeats cannot be stored: %s", failure);
            })
        .onFailure()
        .recoverWithNull();
  }
}
