package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.Committed;
import dev.relight.controlplane.engine.LooksDue;
import dev.relight.model.Dispatch;
import dev.relight.model.HostLook;
import dev.relight.model.Topics;
import dev.relight.model.WorkerControl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Says to all workers what they are to stop, and which of their heartbeats was heard. */
@ApplicationScoped
class ControlPublisher {
  private static final Logger LOG = Logger.getLogger(ControlPublisher.class);

  /** So many dispatches fit well into a message. */
  private static final int AT_ONCE = 5_000;

  private final MessagingConfig config;
  private final Producers producers;
  private final Wire wire;

  ControlPublisher(MessagingConfig config, Producers producers, Wire wire) {
    this.config = config;
    this.producers = producers;
    this.wire = wire;
  }

  /** What is lost of it is said again as an answer to the next heartbeat. */
  void committed(@Observes Committed committed) {
    inParts(committed.canceled(), part -> new WorkerControl(Map.of(), part, List.of()));
    inParts(committed.withdrawn(), part -> new WorkerControl(Map.of(), List.of(), part));
  }

  /** A look that is lost is asked for again when the host is due once more. */
  void due(@Observes LooksDue due) {
    Map<String, List<HostLook>> looks = Map.of(due.worker(), due.looks());
    say(new WorkerControl(Map.of(), List.of(), List.of(), looks))
        .subscribe()
        .with(sent -> {}, failure -> LOG.debugf("looks did not reach Kafka: %s", failure));
  }

  private void inParts(List<Dispatch> all, Function<List<Dispatch>, WorkerControl> control) {
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      say(control.apply(all.subList(from, Math.min(from + AT_ONCE, all.size()))))
          .subscribe()
          .with(sent -> {}, failure -> LOG.warnf("a cancel did not reach Kafka: %s", failure));
    }
  }

  Uni<Void> say(WorkerControl control) {
    String topic = config.name(Topics.WORKER_CONTROL);
    return producers.send(
        "control",
        List.of(new ProducerRecord<>(topic, wire.bytes(control))),
        (record, failure) -> {});
  }
}
