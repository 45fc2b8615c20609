package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.Committed;
import dev.relight.controlplane.store.Dispatches.Addressed;
import dev.relight.model.SubtaskCommand;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Publishes commands once their dispatch is committed. */
@ApplicationScoped
class CommandPublisher {
  private static final Logger LOG = Logger.getLogger(CommandPublisher.class);

  private final MessagingConfig config;
  private final Producers producers;
  private final Wire wire;

  CommandPublisher(MessagingConfig config, Producers producers, Wire wire) {
    this.config = config;
    this.producers = producers;
    this.wire = wire;
  }

  void committed(@Observes Committed committed) {
    List<ProducerRecord<String, byte[]>> records =
        committed.commands().stream().map(this::record).toList();
    producers
        .send("commands", records, (record, failure) -> {})
        .subscribe()
        .with(
            sent -> {},
            failure ->
                LOG.warnf("commands did not reach Kafka; the sweep sends them again: %s", failure));
  }

  private ProducerRecord<String, byte[]> record(Addressed addressed) {
    SubtaskCommand command = addressed.command();
    Span span = Spans.producer("command " + command.kind(), command.traceparent());
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            config.commands(addressed.pool()),
            addressed.partition(),
            String.valueOf(command.host().id()),
            wire.bytes(command.under(span.traceparent())));
    span.end();
    return record;
  }
}
