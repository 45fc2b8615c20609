package dev.relight.controlplane.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.embedded.MessageCheck;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that is on the topics by now is as their schemas say. */
@QuarkusTest
class MessagesIT {
  private static final Map<String, Object> KAFKA =
      Map.of("bootstrap.servers", System.getProperty("kafka.bootstrap.servers"));

  private static final String REPORTS = "relight.subtask-reports";

  @Inject Rehearsal rehearsal;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void whateverIsOnTheTopicsIsAsItsSchemaSays() {
    rehearsal.worker(
        (worker, command) -> {
          if (command.kind() == SubtaskKind.STOP_ALL && command.attempt() == 1) {
            worker.report(command, ReportType.STARTED, null);
            worker.log(command, List.of("agentctl stop"));
            worker.report(command, ReportType.FAILED, "pid 1 is still there");
          } else {
            ScriptedWorker.obey(worker, command);
          }
        });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    sendGarbage();

    Set<String> putAside = new HashSet<>();
    await()
        .atMost(Rehearsal.LONG)
        .until(
            () -> read((topic, record) -> putAside(record, putAside)).contains(REPORTS + ".dlq"));
    Set<String> seen =
        read(
            (topic, record) -> {
              if (!putAside.contains(place(topic, record.partition(), record.offset()))) {
                MessageCheck.check(topic, record.headers(), record.value());
              }
            });
    assertThat(seen)
        .contains(
            "relight.subtask-commands",
            REPORTS,
            REPORTS + ".dlq",
            "relight.subtask-status",
            "relight.task-status",
            "relight.worker-control",
            "relight.worker-heartbeats");
  }

  private static void sendGarbage() {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(KAFKA, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(REPORTS, "1", "no report".getBytes(UTF_8)));
    }
  }

  /** Those that were put aside were put there by tests, to be put aside. */
  private static void putAside(ConsumerRecord<String, byte[]> record, Set<String> places) {
    if (record.topic().endsWith(".dlq")) {
      places.add(
          place(
              header(record, "dead-letter-topic"),
              Integer.parseInt(header(record, "dead-letter-partition")),
              Long.parseLong(header(record, "dead-letter-offset"))));
    }
  }

  private static String place(String topic, int partition, long offset) {
    return topic + "-" + partition + " " + offset;
  }

  /** Reads every record of every topic; returns the topics that have any. */
  private static Set<String> read(BiConsumer<String, ConsumerRecord<String, byte[]>> each) {
    Set<String> seen = new TreeSet<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(KAFKA, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.listTopics().entrySet().stream()
              .filter(topic -> topic.getKey().startsWith("relight."))
              .flatMap(topic -> topic.getValue().stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          each.accept(record.topic(), record);
          seen.add(record.topic());
        }
      }
    }
    return seen;
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
