package dev.relight.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Listens to topics from now on, and takes the time at which each record arrives. */
final class Tap implements AutoCloseable {
  private static final long SILENCE = 1_000_000_000L;

  private final KafkaConsumer<String, byte[]> consumer;
  private final BiConsumer<ConsumerRecord<String, byte[]>, Double> each;
  private final Thread thread = new Thread(this::run, "tap");
  private volatile long lastRecord = System.nanoTime();
  private volatile boolean closed;

  /**
   * @param each is told of every record, and of its arrival in milliseconds since the epoch
   */
  Tap(
      String bootstrapServers,
      Collection<String> topics,
      BiConsumer<ConsumerRecord<String, byte[]>, Double> each) {
    this.each = each;
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", 5_000),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      Iterable<ConsumerRecord<String, byte[]>> records = consumer.poll(Duration.ofMillis(100));
      double now = Clock.millis();
      lastRecord = records.iterator().hasNext() ? System.nanoTime() : lastRecord;
      records.forEach(record -> each.accept(record, now));
    }
    consumer.close();
  }

  /** Waits until nothing has come for a second. */
  void awaitSilence() {
    while (System.nanoTime() - lastRecord < SILENCE) {
      LockSupport.parkNanos(SILENCE / 10);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
