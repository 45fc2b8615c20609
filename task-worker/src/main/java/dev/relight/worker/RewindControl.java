package dev.relight.worker;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Has a worker that comes hear what was canceled before. A command may be two minutes late, which
 * is how long Kafka's client tries; it is not to be begun even then. What a worker waits for to
 * begin anything is the answer to its own heartbeat, which stands behind all that.
 */
@Singleton
class RewindControl {
  private static final Duration BACK = Duration.ofMinutes(5);

  private final KafkaClientService clients;

  RewindControl(KafkaClientService clients) {
    this.clients = clients;
  }

  /** Completes when the next that is read is what was said then, or since. */
  Uni<Void> rewind() {
    return clients
        .<byte[], byte[]>getConsumer("control")
        .runOnPollingThread((Consumer<byte[], byte[]> consumer) -> rewind(consumer))
        .onFailure()
        .retry()
        .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
        .indefinitely();
  }

  private static Void rewind(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    if (assigned.isEmpty()) {
      throw new IllegalStateException("the control channel is not connected yet");
    }
    Long then = System.currentTimeMillis() - BACK.toMillis();
    Map<TopicPartition, Long> times =
        assigned.stream().collect(Collectors.toMap(partition -> partition, partition -> then));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, first) -> {
              if (first != null) {
                consumer.seek(partition, first.offset());
              }
            });
    return null;
  }
}
