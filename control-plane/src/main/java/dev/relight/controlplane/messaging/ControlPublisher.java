package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.Committed;
import dev.relight.controlplane.engine.LooksDue;
import dev.relight.controlplane.engine.TellWorkers;
import dev.relight.model.Dispatch;
import dev.relight.model.HostLook;
import dev.relight.model.Topics;
import dev.relight.model.WorkerControl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Says to all workers what they are to stop, and which of their heartbeats was heard. */
@ApplicationScoped
class ControlPublisher implements TellWorkers {
  private static final Logger LOG = Logger.getLogger(ControlPublisher.class);

  /** Somebody waits for an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
    inParts(committed.canceled(), part -> new WorkerControl(Map.of(), part, List.of()))
        .subscribe()
        .with(said -> {}, failure -> LOG.warnf("a cancel did not reach Kafka: %s", failure));
  }

  @Override
  public Uni<Void> withdraw(List<Dispatch> dispatches) {
    return inParts(dispatches, part -> new WorkerControl(Map.of(), List.of(), part))
        .ifNoItem()
        .after(PATIENCE)
        .fail();
  }

  /** A look that is lost is asked for again when the host is due once more. */
  void due(@Observes LooksDue due) {
    Map<String, List<HostLook>> looks = Map.of(due.worker(), due.looks());
    say(new WorkerControl(Map.of(), List.of(), List.of(), looks))
        .subscribe()
        .with(sent -> {}, failure -> LOG.debugf("looks did not reach Kafka: %s", failure));
  }

  private Uni<Void> inParts(List<Dispatch> all, Function<List<Dispatch>, WorkerControl> control) {
    List<WorkerControl> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      parts.add(control.apply(all.subList(from, Math.min(from + AT_ONCE, all.size()))));
    }
    return say(parts);
  }

  Uni<Void> say(WorkerControl control) {
    return say(List.of(control));
  }

  private Uni<Void> say(List<WorkerControl> controls) {
    String topic = config.name(Topics.WORKER_CONTROL);
    return producers.send(
        "control",
        controls.stream()
            .map(control -> new ProducerRecord<String, byte[]>(topic, wire.bytes(control)))
            .toList(),
        (record, failure) -> {});
  }
}
