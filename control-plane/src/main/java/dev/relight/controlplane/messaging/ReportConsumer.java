package dev.relight.controlplane.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relight.controlplane.engine.ApplyReports;
import dev.relight.model.SubtaskReport;
import dev.relight.model.Topics;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Reads reports in batches; a batch is acknowledged once it is in PostgreSQL. */
@ApplicationScoped
class ReportConsumer {
  private static final Logger LOG = Logger.getLogger(ReportConsumer.class);

  private final ApplyReports applyReports;
  private final MessagingConfig config;
  private final Producers producers;
  private final Wire wire;

  ReportConsumer(
      ApplyReports applyReports, MessagingConfig config, Producers producers, Wire wire) {
    this.applyReports = applyReports;
    this.config = config;
    this.producers = producers;
    this.wire = wire;
  }

  @Incoming("reports")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    List<SubtaskReport> reports = new ArrayList<>(records.count());
    List<ProducerRecord<String, byte[]>> unreadable = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        reports.add(wire.report(record.value()));
      } catch (IOException | IllegalArgumentException e) {
        LOG.errorf("report at %s-%d cannot be read: %s", record.topic(), record.offset(), e);
        unreadable.add(deadLetter(record, e));
      }
    }
    return patiently(Uni.createFrom().deferred(() -> applyReports.apply(reports)))
        .chain(
            () -> patiently(producers.send("dead-letters", unreadable, (record, failure) -> {})));
  }

  /** What cannot be stored now is not lost and not passed by: it is tried until it can. */
  private static Uni<Void> patiently(Uni<Void> work) {
    return work.onFailure()
        .invoke(failure -> LOG.warnf("reports cannot be applied, will try again: %s", failure))
        .onFailure()
        .retry()
        .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(1))
        .indefinitely();
  }

  private ProducerRecord<String, byte[]> deadLetter(
      ConsumerRecord<String, byte[]> record, Exception reason) {
    ProducerRecord<String, byte[]> letter =
        new ProducerRecord<>(
            config.name(Topics.SUBTASK_REPORTS + Topics.DEAD_LETTERS),
            record.key(),
            record.value());
    letter.headers().add("dead-letter-reason", String.valueOf(reason.getMessage()).getBytes(UTF_8));
    letter.headers().add("dead-letter-topic", record.topic().getBytes(UTF_8));
    letter
        .headers()
        .add("dead-letter-partition", String.valueOf(record.partition()).getBytes(UTF_8))
        .add("dead-letter-offset", String.valueOf(record.offset()).getBytes(UTF_8));
    return letter;
  }
}
