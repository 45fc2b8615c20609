package dev.relight.worker;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/** The partitions of the command topic that this worker reads; heartbeats tell them at once. */
@ApplicationScoped
@Identifier("commands")
class Assignment implements KafkaConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(Assignment.class);

  private final Heartbeats heartbeats;
  private final Attempts attempts;
  private final RewindControl rewindControl;
  private final Set<Integer> partitions = new ConcurrentSkipListSet<>();
  private CompletableFuture<Void> rewound;
  private volatile boolean joined;

  Assignment(Heartbeats heartbeats, Attempts attempts, RewindControl rewindControl) {
    this.heartbeats = heartbeats;
    this.attempts = attempts;
    this.rewindControl = rewindControl;
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
    attempts.assign(ends(consumer, added));
    joined = true;
    partitions.addAll(numbers(added));
    tell();
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> removed) {
    Set<Integer> numbers = numbers(removed);
    partitions.removeAll(numbers);
    attempts.revoke(numbers);
    tell();
  }

  /** Before the first heartbeat it is seen to that what was canceled is heard before its answer. */
  private void tell() {
    if (rewound == null) {
      rewound = rewindControl.rewind().subscribeAsCompletionStage();
    }
    rewound.thenRun(() -> heartbeats.partitions(partitions.stream().toList()));
  }

  /** Whether the group has taken this worker in, be it without a partition. */
  boolean joined() {
    return joined;
  }

  /** Without the broker that knows them nothing can be read from there either. */
  private static Map<Integer, Long> ends(
      Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    while (true) {
      try {
        return consumer.endOffsets(partitions).entrySet().stream()
            .collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
      } catch (TimeoutException e) {
        LOG.warnf("The ends of partitions are not known yet: %s", e.getMessage());
      }
    }
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
  }
}
