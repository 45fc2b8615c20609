package dev.relight.controlplane.messaging;

import static dev.relight.model.Topics.DEAD_LETTERS;
import static dev.relight.model.Topics.HOST_SIGHTINGS;
import static dev.relight.model.Topics.SUBTASK_REPORTS;
import static dev.relight.model.Topics.SUBTASK_STATUS;
import static dev.relight.model.Topics.TASK_STATUS;
import static dev.relight.model.Topics.WORKER_CONTROL;
import static dev.relight.model.Topics.WORKER_HEARTBEATS;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/** Makes the topics that are not there before anybody reads them, or says which are missing. */
@ApplicationScoped
class MakeTopics {
  private static final Logger LOG = Logger.getLogger(MakeTopics.class);

  /**
   * Before the channels connect: a consumer of a topic that is not there looks again much later.
   */
  private static final int BEFORE_CHANNELS = 1;

  private static final long LOOK_AGAIN_MILLIS = 20;

  /** What was said about a moment that is long over is read by nobody. */
  private static final Duration OF_THE_MOMENT = Duration.ofHours(1);

  private final MessagingConfig config;
  private final Admin admin;
  private final Map<String, Object> kafka;

  MakeTopics(
      MessagingConfig config,
      Admin admin,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.config = config;
    this.admin = admin;
    this.kafka = kafka;
  }

  void make(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
    int patience = (int) config.startTimeout().toMillis();
    try {
      Set<String> there =
          admin.listTopics(new ListTopicsOptions().timeoutMs(patience)).names().get();
      List<NewTopic> missing =
          topics().stream().filter(topic -> !there.contains(topic.name())).toList();
      for (NewTopic topic : missing) {
        make(topic);
      }
      awaitKnown(missing.stream().map(NewTopic::name).toList());
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka at " + kafka.get("bootstrap.servers") + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void make(NewTopic topic) throws InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
      LOG.debugf("made topic %s", topic.name());
    } catch (ExecutionException | TimeoutException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException(
            "Topic %s with %d partitions is missing and could not be made: %s"
                .formatted(topic.name(), topic.numPartitions(), e.getMessage()),
            e);
      }
    }
  }

  /** A topic that was just made is not known to a broker at once. */
  private void awaitKnown(List<String> names) throws InterruptedException, ExecutionException {
    while (true) {
      try {
        admin.describeTopics(names).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  private List<NewTopic> topics() {
    List<NewTopic> topics = new ArrayList<>();
    for (String pool : config.pools()) {
      topics.add(topic(config.commands(pool), config.commandPartitions()));
      topics.add(topic(config.commands(pool) + DEAD_LETTERS, 1));
    }
    for (String name : List.of(SUBTASK_REPORTS, TASK_STATUS, SUBTASK_STATUS, HOST_SIGHTINGS)) {
      topics.add(topic(config.name(name), config.partitions()));
    }
    for (String name : List.of(WORKER_HEARTBEATS, WORKER_CONTROL, SUBTASK_REPORTS + DEAD_LETTERS)) {
      topics.add(topic(config.name(name), 1));
    }
    return topics;
  }

  private NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, config.replicationFactor())
        .configs(
            Map.of(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                String.valueOf(config.minInsyncReplicas()),
                TopicConfig.RETENTION_MS_CONFIG,
                String.valueOf(retention(name).toMillis()),
                // A piece of the log goes only as a whole, and never the one that is written to.
                TopicConfig.SEGMENT_MS_CONFIG,
                String.valueOf(retention(name).dividedBy(4).toMillis())));
  }

  private Duration retention(String name) {
    if (name.endsWith(DEAD_LETTERS)) {
      return config.deadLetterRetention();
    }
    boolean isOfTheMoment =
        Set.of(config.name(WORKER_HEARTBEATS), config.name(WORKER_CONTROL)).contains(name);
    return isOfTheMoment ? OF_THE_MOMENT : config.retention();
  }
}
