package dev.relight.controlplane.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relight.embedded.MessageCheck;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a status topic as anybody may: by Kafka's consumer and the CloudEvents SDK alone. */
final class Listener {
  /**
   * An event as it was on the wire.
   *
   * @param headers every header, which is there once
   * @param event what the CloudEvents SDK makes of the record
   */
  record Heard(
      String key, int partition, Map<String, String> headers, String body, CloudEvent event) {
    long sequence() {
      return Long.parseLong(headers.get("ce_sequence"));
    }

    long taskVersion() {
      return Long.parseLong(headers.get("ce_taskversion"));
    }
  }

  private static final Duration PAUSE = Duration.ofMillis(100);

  private Listener() {}

  /** What the topic has of the task, once it has so much, in the order of the topic. */
  static List<Heard> await(String topic, long taskId, int atLeast) {
    String servers = System.getProperty("kafka.bootstrap.servers");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<Heard> heard = new ArrayList<>();
      long deadline = System.nanoTime() + Rehearsal.LONG.toNanos();
      while (heard.size() < atLeast || isBehind(consumer, partitions)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("Only %d of %d: %s".formatted(heard.size(), atLeast, heard));
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(PAUSE)) {
          if (record.key().equals(String.valueOf(taskId))) {
            heard.add(heard(record));
          }
        }
      }
      return heard;
    }
  }

  private static boolean isBehind(
      KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each));
  }

  private static Heard heard(ConsumerRecord<String, byte[]> record) {
    MessageCheck.check(record.topic(), record.headers(), record.value());
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (headers.put(header.key(), new String(header.value(), UTF_8)) != null) {
        throw new AssertionError(header.key() + " is there twice");
      }
    }
    return new Heard(
        record.key(),
        record.partition(),
        headers,
        new String(record.value(), UTF_8),
        KafkaMessageFactory.createReader(record).toEvent());
  }
}
