package dev.relight.controlplane.messaging;

import static java.util.stream.Collectors.toMap;

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
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Asks the broker, twice a second, where its topics end, and checks that everything which was there
 * the time before has been read since. A broker that does not answer counts as unread, and so does
 * a topic of which this control plane reads no partition.
 *
 * <p>A consumer could ask, too. But its question waits at each broker behind its own fetch, for
 * half a second where nothing comes, and meanwhile it reads nothing from the others.
 */
@ApplicationScoped
class WatchBacklog {
  private static final ListOffsetsOptions PATIENCE =
      new ListOffsetsOptions().timeoutMs((int) CaughtUp.LOOK.multipliedBy(2).toMillis());

  /** Where a consumer stands that has not been told yet where to begin. */
  private static final long NOWHERE = -1;

  private final KafkaClientService clients;
  private final Admin admin;
  private final CaughtUp caughtUp;
  private volatile Map<TopicPartition, Long> endsBefore = Map.of();
  private volatile long answeredAt = System.nanoTime();
  private Cancellable rounds;

  WatchBacklog(KafkaClientService clients, Admin admin, CaughtUp caughtUp) {
    this.clients = clients;
    this.admin = admin;
    this.caughtUp = caughtUp;
  }

  /** How far each partition has been read that is read here, of how many that there are. */
  private record Progress(Map<TopicPartition, Long> positions, int partitions) {
    boolean covers(Map<TopicPartition, Long> ends) {
      return !positions.isEmpty()
          && positions.entrySet().stream()
              .allMatch(p -> p.getValue() >= ends.getOrDefault(p.getKey(), Long.MAX_VALUE));
    }

    Share share() {
      return new Share(positions.size(), partitions);
    }
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
    return Uni.combine()
        .all()
        .unis(progress("heartbeats"), progress("reports"))
        .asTuple()
        .chain(read -> compare(read.getItem1(), read.getItem2()))
        .onFailure()
        .invoke(
            failure -> {
              // The ends from before an outage say nothing of what was sent in it.
              endsBefore = Map.of();
              caughtUp.no();
            })
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> compare(Progress heartbeats, Progress reports) {
    boolean read = heartbeats.covers(endsBefore) && reports.covers(endsBefore);
    return ends(heartbeats, reports)
        .invoke(
            ends -> {
              answeredAt = System.nanoTime();
              endsBefore = ends;
              if (read) {
                caughtUp.yes(reports.share());
              } else {
                caughtUp.no();
              }
            })
        .replaceWithVoid();
  }

  private Uni<Progress> progress(String channel) {
    return clients
        .<String, byte[]>getConsumer(channel)
        .runOnPollingThread(
            (Consumer<String, byte[]> consumer) -> {
              Map<TopicPartition, Long> positions = new HashMap<>();
              int partitions = 0;
              for (TopicPartition partition : consumer.assignment()) {
                positions.put(partition, position(consumer, partition));
                partitions = consumer.partitionsFor(partition.topic(), CaughtUp.LOOK).size();
              }
              return new Progress(positions, partitions);
            });
  }

  private static long position(Consumer<String, byte[]> consumer, TopicPartition partition) {
    try {
      return consumer.position(partition, Duration.ZERO);
    } catch (TimeoutException e) {
      return NOWHERE;
    }
  }

  private Uni<Map<TopicPartition, Long>> ends(Progress... read) {
    Map<TopicPartition, OffsetSpec> asked =
        Stream.of(read)
            .flatMap(progress -> progress.positions.keySet().stream())
            .collect(toMap(Function.identity(), partition -> OffsetSpec.latest()));
    return Uni.createFrom()
        .<Map<TopicPartition, ListOffsetsResultInfo>>emitter(
            emitter ->
                admin
                    .listOffsets(asked, PATIENCE)
                    .all()
                    .whenComplete(
                        (ends, failure) -> {
                          if (failure == null) {
                            emitter.complete(ends);
                          } else {
                            emitter.fail(failure);
                          }
                        }))
        .map(
            ends -> {
              Map<TopicPartition, Long> offsets = new HashMap<>();
              ends.forEach((partition, end) -> offsets.put(partition, end.offset()));
              return offsets;
            });
  }
}
