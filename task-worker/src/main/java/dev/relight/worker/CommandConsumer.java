package dev.relight.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import dev.relight.worker.metrics.Metric;
import io.quarkus.runtime.Quarkus;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Reads the commands of this worker's pool: never more than it has slots, each run by itself, so
 * that a slow host holds up nobody. What cannot be read goes to the dead letters.
 */
@ApplicationScoped
class CommandConsumer implements Flow.Subscriber<Message<byte[]>> {
  private static final Logger LOG = Logger.getLogger(CommandConsumer.class);

  private final Attempts attempts;
  private final ObjectReader json;
  private final int slots;
  private volatile Flow.Subscription subscription;

  CommandConsumer(Attempts attempts, ObjectMapper mapper, WorkerConfig config) {
    this.attempts = attempts;
    this.json = mapper.readerFor(SubtaskCommand.class);
    this.slots = config.slots();
  }

  @Incoming("commands")
  Flow.Subscriber<Message<byte[]>> commands() {
    return this;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(slots);
  }

  @Override
  public void onNext(Message<byte[]> message) {
    handle(message)
        .subscribe()
        .with(
            done -> subscription.request(1),
            failure -> {
              LOG.error("A command was lost; Kafka delivers it again", failure);
              subscription.request(1);
            });
  }

  @Override
  public void onError(Throwable failure) {
    LOG.error("Commands can no longer be read; the worker ends, to be started anew", failure);
    Quarkus.asyncExit(1);
  }

  @Override
  public void onComplete() {
    LOG.debug("No more commands");
  }

  /** Lets in whatever was fetched, so that it can be handed back. */
  void fetchTheRest() {
    if (subscription != null) {
      subscription.request(Long.MAX_VALUE);
    }
  }

  private Uni<Void> handle(Message<byte[]> message) {
    SubtaskCommand command;
    try {
      command = read(message.getPayload());
    } catch (IOException e) {
      Metric.COMMANDS_UNREADABLE.add(1);
      LOG.warnf("A command cannot be read, it goes to the dead letters: %s", e.getMessage());
      return Uni.createFrom().completionStage(() -> message.nack(e));
    }
    IncomingKafkaRecordMetadata<?, ?> metadata =
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
    Metric.COMMAND_DELIVERY.time(Duration.between(metadata.getTimestamp(), Instant.now()));
    Span span = span(command);
    return attempts
        .take(
            new ReceivedCommand(
                command.under(span.traceparent()),
                metadata.getPartition(),
                metadata.getOffset(),
                () -> Uni.createFrom().completionStage(message::ack)))
        .onTermination()
        .invoke((done, failure, canceled) -> span.end(failure));
  }

  private static Span span(SubtaskCommand command) {
    return Spans.consumer("run " + command.kind(), command.traceparent())
        .with("relight.task", command.taskId())
        .with("relight.subtask", command.subtaskId())
        .with("relight.attempt", command.attempt())
        .with("relight.fence", command.fence())
        .with("relight.host", command.host().id());
  }

  private SubtaskCommand read(byte[] payload) throws IOException {
    SubtaskCommand command = payload == null ? null : json.readValue(payload);
    if (command == null) {
      throw new IOException("it is empty");
    }
    if (command.kind() == null || command.kind() == SubtaskKind.WAIT) {
      throw new IOException("its kind is no work for a worker: " + command.kind());
    }
    if (command.install() == null || command.host() == null || command.host().profile() == null) {
      throw new IOException("it names no installation, host or profile");
    }
    return command;
  }
}
