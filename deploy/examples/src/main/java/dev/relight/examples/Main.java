package dev.relight.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the status topics from their beginning to their end, and prints every task as JSON. */
public final class Main {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final ObjectMapper JSON = new ObjectMapper();

  private Main() {}

  /** Arguments: the address of Kafka, and the prefix of the topics, {@code relight} by default. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: BOOTSTRAP_SERVERS [PREFIX]");
      System.exit(2);
    }
    String prefix = arguments.length == 2 ? arguments[1] : "relight";
    Mirror mirror = new Mirror();
    read(arguments[0], prefix + ".task-status", prefix + ".subtask-status", mirror);
    System.out.println(JSON.writeValueAsString(mirror.toJson()));
  }

  private static void read(String servers, String tasks, String subtasks, Mirror mirror)
      throws IOException {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      // Without a group: the state is in memory, so every start reads all that the topics keep.
      List<TopicPartition> partitions =
          Stream.of(tasks, subtasks)
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(PAUSE)) {
          JsonNode event = JSON.readTree(record.value());
          if (record.topic().equals(tasks)) {
            mirror.task(version(record), event);
          } else {
            mirror.subtask(version(record), event);
          }
        }
      }
    }
  }

  private static long version(ConsumerRecord<String, byte[]> record) {
    return Long.parseLong(new String(record.headers().lastHeader("ce_taskversion").value(), UTF_8));
  }
}
