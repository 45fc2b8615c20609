package dev.relight.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Stands between the control planes' topics and those of workers that call them by another name:
 * commands and reports come twice, late, and in another order; the rest at once.
 */
final class Detour implements AutoCloseable {
  static final String PREFIX = "detour";

  private static final Duration POLL = Duration.ofMillis(20);
  private static final List<String> TO_WORKERS = List.of("subtask-commands", "worker-control");
  private static final List<String> FROM_WORKERS = List.of("subtask-reports", "worker-heartbeats");
  private static final List<String> DISTURBED = List.of("subtask-commands", "subtask-reports");

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Random random;
  private final AtomicLong doubled = new AtomicLong();
  private volatile Duration latest;
  private volatile boolean closed;

  /**
   * Begins at once; the topics must be there.
   *
   * @param latest how late a message may be
   */
  Detour(String bootstrapServers, Random random, Duration latest) {
    this.random = random;
    this.latest = latest;
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    List<TopicPartition> partitions =
        Stream.concat(
                TO_WORKERS.stream().map(topic -> Stack.PREFIX + "." + topic),
                FROM_WORKERS.stream().map(topic -> PREFIX + "." + topic))
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    Thread thread = new Thread(this::run, "detour");
    thread.setDaemon(true);
    thread.start();
  }

  /** Makes the topics by which the workers are spoken to. */
  static void makeTopics(Forger forger) throws Exception {
    for (String topic : TO_WORKERS) {
      forger.copy(PREFIX + "." + topic, Stack.PREFIX + "." + topic);
    }
    for (String topic : FROM_WORKERS) {
      forger.copy(PREFIX + "." + topic, Stack.PREFIX + "." + topic);
    }
    String letters = ".subtask-commands.dlq";
    forger.copy(PREFIX + letters, Stack.PREFIX + letters);
  }

  /** From now on everything goes through at once, and once. */
  void calm() {
    latest = Duration.ZERO;
  }

  /** How many messages came twice. */
  long doubled() {
    return doubled.get();
  }

  @Override
  public void close() {
    closed = true;
    ended.join();
    later.shutdown();
    try {
      later.awaitTermination(2, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }

  private void run() {
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.headers().lastHeader(Witness.FORGED) == null) {
          pass(record);
        }
      }
    }
    consumer.close();
    ended.complete(null);
  }

  private void pass(ConsumerRecord<byte[], byte[]> record) {
    String prefix = record.topic().startsWith(PREFIX) ? PREFIX : Stack.PREFIX;
    String name = record.topic().substring(prefix.length() + 1);
    String other = prefix.equals(PREFIX) ? Stack.PREFIX : PREFIX;
    ProducerRecord<byte[], byte[]> copy =
        new ProducerRecord<>(
            other + "." + name,
            record.partition(),
            record.timestamp(),
            record.key(),
            record.value());
    if (latest.isZero() || !DISTURBED.contains(name)) {
      producer.send(copy);
      return;
    }
    doubled.incrementAndGet();
    for (int twice = 0; twice < 2; twice++) {
      long delay = (long) (random.nextDouble() * latest.toMillis());
      later.schedule(() -> producer.send(again(copy)), delay, TimeUnit.MILLISECONDS);
    }
  }

  private static ProducerRecord<byte[], byte[]> again(ProducerRecord<byte[], byte[]> one) {
    return new ProducerRecord<>(
        one.topic(), one.partition(), one.timestamp(), one.key(), one.value());
  }
}
