package dev.relight.faults;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Says on the topics what nobody has said, and lets things be said again. */
final class Forger implements AutoCloseable {
  private final Admin admin;
  private final KafkaProducer<String, byte[]> producer;

  Forger(String bootstrapServers) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "compression.type",
                "gzip",
                "linger.ms",
                5,
                "batch.size",
                200_000),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  int partitions(String topic) throws InterruptedException, ExecutionException {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .size();
  }

  /** Marked as nobody's word; sent for good after {@link #flush()}. */
  void say(String topic, Integer partition, String key, byte[] value) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, partition, key, value);
    record.headers().add(Witness.FORGED, "yes".getBytes(StandardCharsets.UTF_8));
    producer.send(record);
  }

  void flush() {
    producer.flush();
  }

  /** How many records there are in all its partitions. */
  long count(String topic) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked =
        partitionsOf(topic).stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(asked).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  /** The group, of which no member runs, reads the topic again from its beginning. */
  void rewind(String group, String topic) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> start =
        partitionsOf(topic).stream()
            .collect(
                Collectors.toMap(partition -> partition, partition -> new OffsetAndMetadata(0)));
    admin.alterConsumerGroupOffsets(group, start).all().get();
  }

  /** Makes a topic that is as another one, unless it is there. */
  void copy(String topic, String of) throws InterruptedException, ExecutionException {
    if (!admin.listTopics().names().get().contains(topic)) {
      NewTopic copy = new NewTopic(topic, partitions(of), (short) Cluster.BROKERS);
      admin.createTopics(List.of(copy)).all().get();
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }

  private List<TopicPartition> partitionsOf(String topic)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> all = new ArrayList<>();
    IntStream.range(0, partitions(topic)).forEach(p -> all.add(new TopicPartition(topic, p)));
    return all;
  }
}
