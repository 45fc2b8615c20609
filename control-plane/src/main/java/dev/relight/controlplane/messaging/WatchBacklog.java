package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.CaughtUp;
import dev.relight.controlplane.engine.CaughtUp.Share;
import dev.relight.controlplane.engine.Rounds;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the broker, twice a second, where its topics end, and checks that everything which was there
 * the time before has been read since. A broker that does not answer counts as unread, and so does
 * a topic of which this control plane reads no partition.
 */
@ApplicationScoped
class WatchBacklog {
  private final KafkaClientService clients;
  private final CaughtUp caughtUp;
  private final Map<String, Map<TopicPartition, Long>> endsBefore = new ConcurrentHashMap<>();
  private volatile long answeredAt = System.nanoTime();
  private Cancellable rounds;

  WatchBacklog(KafkaClientService clients, CaughtUp caughtUp) {
    this.clients = clients;
    this.caughtUp = caughtUp;
  }

  void start(@Observes StartupEvent event) {
    rounds = Rounds.every(CaughtUp.LOOK, "ask where the topics end", this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  /** For how long the broker has not answered. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - answeredAt);
  }

  private Uni<Void> round() {
    return Uni.join()
        .all(read("heartbeats"), read("reports"))
        .andFailFast()
        .invoke(() -> answeredAt = System.nanoTime())
        // The ends from before an outage say nothing of what was sent in it.
        .onFailure()
        .invoke(endsBefore::clear)
        .onFailure()
        .recoverWithItem(List.of(Share.NONE))
        .invoke(
            read -> {
              if (read.contains(Share.NONE)) {
                caughtUp.no();
              } else {
                caughtUp.yes(read.get(1));
              }
            })
        .replaceWithVoid();
  }

  private Uni<Share> read(String channel) {
    return clients
        .<String, byte[]>getConsumer(channel)
        .runOnPollingThread(
            (Consumer<String, byte[]> consumer) -> {
              Set<TopicPartition> assigned = consumer.assignment();
              return hasRead(channel, assigned, consumer) ? share(assigned, consumer) : Share.NONE;
            });
  }

  private static Share share(Set<TopicPartition> assigned, Consumer<String, byte[]> consumer) {
    String topic = assigned.iterator().next().topic();
    return new Share(assigned.size(), consumer.partitionsFor(topic, CaughtUp.LOOK).size());
  }

  private boolean hasRead(
      String channel, Set<TopicPartition> assigned, Consumer<String, byte[]> consumer) {
    Map<TopicPartition, Long> before = endsBefore.getOrDefault(channel, Map.of());
    boolean read =
        !assigned.isEmpty()
            && before.keySet().containsAll(assigned)
            && assigned.stream()
                .allMatch(p -> consumer.position(p, CaughtUp.LOOK) >= before.get(p));
    endsBefore.put(channel, consumer.endOffsets(assigned, CaughtUp.LOOK));
    return read;
  }
}
