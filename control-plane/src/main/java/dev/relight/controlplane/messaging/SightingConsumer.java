package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.KeepSightings;
import dev.relight.model.HostSighting;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Reads what workers saw beside all tasks; what cannot be kept is looked at again. */
@ApplicationScoped
class SightingConsumer {
  private static final Logger LOG = Logger.getLogger(SightingConsumer.class);

  private final KeepSightings keepSightings;
  private final Wire wire;

  SightingConsumer(KeepSightings keepSightings, Wire wire) {
    this.keepSightings = keepSightings;
    this.wire = wire;
  }

  @Incoming("sightings")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    List<HostSighting> sightings = new ArrayList<>(records.count());
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        sightings.add(wire.sighting(record.value()));
      } catch (IOException | IllegalArgumentException e) {
        LOG.warnf("sighting at offset %d cannot be read: %s", record.offset(), e);
      }
    }
    return keepSightings
        .keep(sightings)
        .onFailure()
        .invoke(failure -> LOG.warnf("sightings cannot be stored: %s", failure))
        .onFailure()
        .recoverWithNull();
  }
}
