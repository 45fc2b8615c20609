package dev.relight.controlplane.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relight.controlplane.engine.ApplyReports;
import dev.relight.controlplane.engine.CaughtUp;
import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.Unstorable;
import dev.relight.model.SubtaskReport;
import dev.relight.model.Topics;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Reads reports in batches; what was read is acknowledged once it is in PostgreSQL. */
@ApplicationScoped
class ReportConsumer {
  private static final Logger LOG = Logger.getLogger(ReportConsumer.class);

  /** As many reports wait for the transaction under way; then the next ones wait in Kafka. */
  private static final int AT_ONCE = 4_000;

  private static final Duration LAST_TRANSACTION = Duration.ofSeconds(2);

  private final ApplyReports applyReports;
  private final CaughtUp caughtUp;
  private final MessagingConfig config;
  private final Producers producers;
  private final Wire wire;
  private final List<Poll> waiting = new ArrayList<>();
  private int waitingReports;
  private boolean storing;
  private boolean stopping;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();

  ReportConsumer(
      ApplyReports applyReports,
      CaughtUp caughtUp,
      MessagingConfig config,
      Producers producers,
      Wire wire) {
    this.applyReports = applyReports;
    this.caughtUp = caughtUp;
    this.config = config;
    this.producers = producers;
    this.wire = wire;
  }

  private record Read(ConsumerRecord<String, byte[]> record, SubtaskReport report, Span span) {
    static Read of(ConsumerRecord<String, byte[]> record, SubtaskReport report) {
      if (!Spans.wanted()) {
        return new Read(record, report, null);
      }
      Header parent = record.headers().lastHeader("traceparent");
      String context = parent == null ? null : new String(parent.value(), UTF_8);
      return new Read(
          record,
          report,
          Spans.consumer("apply " + report.type(), context)
              .with("db.system.name", "postgresql")
              .with("relight.task", report.taskId())
              .with("relight.subtask", report.subtaskId())
              .with("relight.attempt", report.attempt()));
    }
  }

  /** What one poll brought, and what to say once it is kept. */
  private record Poll(List<Read> reports, CompletableFuture<Void> kept, long readAt) {
    void complete() {
      Metric.REPORT_STORING.since(readAt);
      reports.stream().map(Read::span).filter(Objects::nonNull).forEach(Span::end);
      kept.complete(null);
    }
  }

  /**
   * Takes more polls while reports are being stored, so that the next transaction has all of them:
   * the busier it is, the less each costs.
   */
  @Incoming("reports")
  CompletionStage<Void> consume(Message<ConsumerRecords<String, byte[]>> message) {
    ConsumerRecords<String, byte[]> records = message.getPayload();
    List<Read> reports = new ArrayList<>(records.count());
    Uni<Void> unreadable = Uni.createFrom().voidItem();
    long now = System.currentTimeMillis();
    for (ConsumerRecord<String, byte[]> record : records) {
      Metric.REPORT_DELIVERY.time(Duration.ofMillis(now - record.timestamp()));
      try {
        reports.add(Read.of(record, wire.report(record.value())));
      } catch (IOException | IllegalArgumentException e) {
        unreadable = unreadable.chain(() -> putAside(record, e));
      }
    }
    Uni<Void> asideFirst = unreadable;
    Poll poll = new Poll(reports, new CompletableFuture<>(), System.nanoTime());
    CompletionStage<Void> acknowledged =
        poll.kept
            .thenCompose(kept -> asideFirst.subscribeAsCompletionStage())
            .thenCompose(kept -> message.ack())
            .exceptionallyCompose(message::nack);
    caughtUp.keeping(poll.kept);
    boolean room = queue(poll);
    storeNext();
    return room ? CompletableFuture.completedFuture(null) : acknowledged;
  }

  private synchronized boolean queue(Poll poll) {
    waiting.add(poll);
    waitingReports += poll.reports.size();
    return waitingReports < AT_ONCE;
  }

  /** Finishes what it has begun, before the connections go; what it has not, others will read. */
  void stop(@Observes ShutdownEvent event) {
    synchronized (this) {
      stopping = true;
      if (!storing) {
        idle.complete(null);
      }
    }
    idle.completeOnTimeout(null, LAST_TRANSACTION.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** One transaction at a time, so that reports are applied in the order in which they came. */
  private void storeNext() {
    List<Poll> polls;
    synchronized (this) {
      if (storing || stopping || waiting.isEmpty()) {
        return;
      }
      storing = true;
      polls = List.copyOf(waiting);
      waiting.clear();
      waitingReports = 0;
    }
    apply(polls.stream().flatMap(poll -> poll.reports.stream()).toList())
        .subscribe()
        .with(
            done -> {
              synchronized (this) {
                storing = false;
                if (stopping) {
                  idle.complete(null);
                }
              }
              polls.forEach(Poll::complete);
              storeNext();
            },
            failure -> polls.forEach(poll -> poll.kept.completeExceptionally(failure)));
  }

  /** A report that cannot be stored at all is found by halves, and holds up none of the others. */
  private Uni<Void> apply(List<Read> reports) {
    Metric.REPORT_BATCH.size(reports.size());
    return patiently(
            () -> applyReports.apply(reports.stream().map(Read::report).toList()),
            failure -> !(failure instanceof Unstorable))
        .onFailure(Unstorable.class)
        .recoverWithUni(
            refused -> {
              if (reports.size() == 1) {
                return putAside(reports.get(0).record(), refused);
              }
              int half = reports.size() / 2;
              return apply(reports.subList(0, half))
                  .chain(() -> apply(reports.subList(half, reports.size())));
            });
  }

  private Uni<Void> putAside(ConsumerRecord<String, byte[]> record, Throwable reason) {
    Metric.DEAD_LETTERS.add(1);
    LOG.errorf(
        "report at %s-%d offset %d goes to the dead letters: %s",
        record.topic(), record.partition(), record.offset(), reason.getMessage());
    return patiently(
        () ->
            producers.send(
                "dead-letters", List.of(deadLetter(record, reason)), (letter, failure) -> {}),
        failure -> true);
  }

  /** What cannot be kept now is not lost and not passed by: it is tried until it can. */
  private Uni<Void> patiently(Supplier<Uni<Void>> work, Predicate<Throwable> passes) {
    return Uni.createFrom()
        .<Void>deferred(work::get)
        .onFailure(passes)
        .invoke(
            failure -> {
              caughtUp.no();
              LOG.warnf("reports cannot be kept, will try again: %s", failure);
            })
        .onFailure(passes)
        .retry()
        .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(1))
        .indefinitely();
  }

  private ProducerRecord<String, byte[]> deadLetter(
      ConsumerRecord<String, byte[]> record, Throwable reason) {
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
