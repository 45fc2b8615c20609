package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.CaughtUp;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Asks the broker, twice a second, where its topics end, and checks that everything which was there
 * the time before has been read since. A broker that does not answer counts as unread.
 */
@ApplicationScoped
class WatchBacklog {
  private static final Logger LOG = Logger.getLogger(WatchBacklog.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final List<String> CHANNELS = List.of("heartbeats", "reports");

  private final KafkaClientService clients;
  private final CaughtUp caughtUp;
  private final Map<String, Map<TopicPartition, Long>> endsBefore = new HashMap<>();
  private Cancellable rounds;

  WatchBacklog(KafkaClientService clients, CaughtUp caughtUp) {
    this.clients = clients;
    this.caughtUp = caughtUp;
  }

  void start(@Observes StartupEvent event) {
    rounds =
        Multi.createFrom()
            .ticks()
            .every(INTERVAL)
            .onOverflow()
            .drop()
            .onItem()
            .transformToUniAndConcatenate(tick -> round())
            .subscribe()
            .with(done -> {}, failure -> LOG.error("the backlog is not watched any more", failure));
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  private Uni<Void> round() {
    return Uni.join()
        .all(CHANNELS.stream().map(this::hasRead).toList())
        .andFailFast()
        .onFailure()
        .recoverWithItem(List.of(false))
        .invoke(
            read -> {
              if (read.contains(false)) {
                caughtUp.no();
              } else {
                caughtUp.yes();
              }
            })
        .replaceWithVoid();
  }

  private Uni<Boolean> hasRead(String channel) {
    return clients
        .<String, byte[]>getConsumer(channel)
        .runOnPollingThread((Consumer<String, byte[]> consumer) -> hasRead(channel, consumer));
  }

  private Boolean hasRead(String channel, Consumer<String, byte[]> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    Map<TopicPartition, Long> before = endsBefore.getOrDefault(channel, Map.of());
    boolean read =
        before.keySet().containsAll(assigned)
            && assigned.stream().allMatch(p -> consumer.position(p, INTERVAL) >= before.get(p));
    endsBefore.put(channel, consumer.endOffsets(assigned, INTERVAL));
    return read;
  }
}
