package dev.relight.controlplane.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relight.controlplane.engine.Rounds;
import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.Events;
import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.Events.Position;
import dev.relight.controlplane.store.Events.Stored;
import dev.relight.model.SubtaskEvent;
import dev.relight.model.TaskEvent;
import dev.relight.model.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Publishes the events of all transitions as CloudEvents, in order per task and at least once. One
 * control plane at a time does; it goes on only when the broker has acknowledged.
 */
@ApplicationScoped
class EventPublisher {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration RENEW = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int BATCH = 2000;

  private final String owner = UUID.randomUUID().toString();
  private final Events events;
  private final MessagingConfig config;
  private final Producers producers;
  private final WatchBacklog broker;
  private List<Cancellable> rounds;
  private volatile boolean held;
  private volatile Position position;
  private volatile CompletableFuture<Void> batch = CompletableFuture.completedFuture(null);

  EventPublisher(Events events, MessagingConfig config, Producers producers, WatchBacklog broker) {
    this.events = events;
    this.config = config;
    this.producers = producers;
    this.broker = broker;
  }

  void start(@Observes StartupEvent event) {
    Metric.OUTBOX_HELD.show(() -> held ? 1 : 0);
    rounds =
        List.of(
            // By itself, as a broker that is away can keep a batch for long.
            Rounds.every(RENEW, "hold the outbox", this::hold),
            Rounds.every(LOOK, "publish events", this::publish));
  }

  /**
   * Others go on at once behind what is still on its way, or where that does not arrive, when the
   * lease runs out.
   */
  void stop(@Observes ShutdownEvent event) {
    rounds.forEach(Cancellable::cancel);
    Uni.createFrom()
        .completionStage(batch)
        .chain(() -> events.letGo(owner))
        .ifNoItem()
        .after(LEASE)
        .fail()
        .onFailure()
        .recoverWithNull()
        .await()
        .indefinitely();
  }

  /** Leaves the outbox to whoever reaches the broker, when this one does not. */
  private Uni<Void> hold() {
    if (broker.silence().compareTo(PATIENCE) > 0) {
      held = false;
      return Uni.createFrom().voidItem();
    }
    return events
        .hold(owner, LEASE)
        .invoke(
            last -> {
              if (last.isPresent() && !held) {
                position = last.get();
              }
              held = last.isPresent();
            })
        .replaceWithVoid();
  }

  private Uni<Void> publish() {
    if (!held) {
      return Uni.createFrom().voidItem();
    }
    return events
        .after(position, BATCH)
        .chain(found -> found.isEmpty() ? Uni.createFrom().voidItem() : publish(found));
  }

  private Uni<Void> publish(List<Stored> found) {
    Position last = found.get(found.size() - 1).position();
    // Goes on to its end also where the rounds do not.
    batch =
        producers
            .send("events", found.stream().map(this::record).toList(), (record, failure) -> {})
            .invoke(() -> count(found))
            .chain(() -> events.advance(owner, last))
            .invoke(() -> position = last)
            .replaceWithVoid()
            .subscribeAsCompletionStage();
    return Uni.createFrom()
        .completionStage(batch.copy())
        .chain(() -> found.size() < BATCH ? Uni.createFrom().voidItem() : publish());
  }

  private static void count(List<Stored> published) {
    Metric.EVENTS.add(published.size());
    Metric.EVENT_DELAY.time(Duration.between(published.get(0).at().toInstant(), Instant.now()));
  }

  private ProducerRecord<String, byte[]> record(Stored stored) {
    Entry entry = stored.entry();
    String topic = entry.ofSubtask() ? Topics.SUBTASK_STATUS : Topics.TASK_STATUS;
    String taskId = String.valueOf(entry.taskId());
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(config.name(topic), taskId, entry.data().getBytes(UTF_8));
    Headers headers = record.headers();
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_id", taskId + (entry.ofSubtask() ? "-s-" : "-t-") + entry.sequence());
    add(headers, "ce_source", "/relight");
    add(headers, "ce_type", entry.ofSubtask() ? SubtaskEvent.TYPE : TaskEvent.TYPE);
    add(headers, "ce_subject", taskId);
    add(headers, "ce_time", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(stored.at()));
    add(headers, "ce_sequence", String.valueOf(entry.sequence()));
    add(headers, "ce_taskversion", String.valueOf(entry.version()));
    if (entry.traceparent() != null) {
      add(headers, "ce_traceparent", entry.traceparent());
    }
    add(headers, "content-type", "application/json");
    return record;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }
}
