package dev.relight.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relight.examples.Mirror;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads along with whatever is said on the topics, and writes it down by task. */
final class Witness implements AutoCloseable {
  /** Marks what a row has put on a topic itself: it is nobody's word. */
  static final String FORGED = "relight-faults";

  private static final Duration POLL = Duration.ofMillis(50);
  private static final List<String> TOPICS =
      List.of(
          "task-status",
          "subtask-status",
          "subtask-reports",
          "subtask-commands",
          "worker-heartbeats");

  /** What a worker has said of a dispatch; times are milliseconds since the epoch. */
  record Report(
      long at, long task, long subtask, long fence, int attempt, String worker, String type) {
    boolean ends() {
      return List.of("SUCCEEDED", "FAILED", "RELEASED").contains(type);
    }
  }

  /** What a worker was told. */
  record Command(long at, long task, long subtask, long fence, String kind, boolean compensation) {}

  private final ObjectMapper json = new ObjectMapper();
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread = new Thread(this::run, "witness");
  private final TreeMap<Long, TaskFile> tasks = new TreeMap<>();
  private final List<Report> reports = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();

  /** When each worker was heard. */
  private final Map<String, TreeSet<Long>> heartbeats = new HashMap<>();

  private final List<String> complaints = new ArrayList<>();
  private Mirror mirror = new Mirror();
  private long floor;
  private volatile boolean closed;

  Witness(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "max.poll.records", 5_000,
                "reconnect.backoff.max.ms", 200,
                "metadata.max.age.ms", 2_000),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(Stack.PREFIX + "." + topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.setDaemon(true);
    thread.start();
  }

  /** Forgets all tasks until now; whatever is still said of them does not count. */
  synchronized void begin() {
    floor = tasks.isEmpty() ? floor : Math.max(floor, tasks.lastKey());
    tasks.clear();
    reports.clear();
    commands.clear();
    heartbeats.clear();
    complaints.clear();
    mirror = new Mirror();
  }

  /** Every task of which something was said. */
  synchronized Collection<TaskFile> tasks() {
    return List.copyOf(tasks.values());
  }

  synchronized Optional<TaskFile> task(long id) {
    return Optional.ofNullable(tasks.get(id));
  }

  synchronized List<Report> reports() {
    return List.copyOf(reports);
  }

  synchronized List<Command> commands() {
    return List.copyOf(commands);
  }

  /** The longest time for which nothing was heard of a worker, of the time between two moments. */
  synchronized Duration longestSilence(String worker, long from, long to) {
    long longest = 0;
    long last = from;
    NavigableSet<Long> heard = heartbeats.getOrDefault(worker, new TreeSet<>());
    for (long at : heard.subSet(from, false, Math.max(from, to), true)) {
      longest = Math.max(longest, at - last);
      last = at;
    }
    return Duration.ofMillis(Math.max(longest, to - last));
  }

  /** What was wrong with the messages themselves. */
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Every task as a program has it that knows the events alone. */
  synchronized ObjectNode mirrored() {
    return mirror.toJson();
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

  private void run() {
    while (!closed) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.headers().lastHeader(FORGED) == null) {
          hear(record);
        }
      }
    }
    consumer.close();
  }

  private synchronized void hear(ConsumerRecord<String, byte[]> record) {
    try {
      JsonNode message = json.readTree(record.value());
      if (record.topic().endsWith(".worker-heartbeats")) {
        heartbeats
            .computeIfAbsent(message.path("worker").asText(), worker -> new TreeSet<>())
            .add(System.currentTimeMillis());
        return;
      }
      long task = message.path("taskId").asLong();
      if (task <= floor) {
        return;
      }
      switch (record.topic().substring(Stack.PREFIX.length() + 1)) {
        case "subtask-reports" -> reports.add(report(record.timestamp(), message));
        case "subtask-commands" -> commands.add(command(record.timestamp(), message));
        case "task-status" -> {
          if (file(task).ofTask(sequence(record), version(record), message, complaints)) {
            mirror.task(version(record), message);
          }
        }
        default -> {
          if (file(task).ofSubtask(sequence(record), version(record), message, complaints)) {
            mirror.subtask(version(record), message);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      complaints.add("a record of " + record.topic() + " cannot be read: " + e);
    }
  }

  private TaskFile file(long task) {
    return tasks.computeIfAbsent(task, TaskFile::new);
  }

  private static Report report(long at, JsonNode message) {
    return new Report(
        at,
        message.path("taskId").asLong(),
        message.path("subtaskId").asLong(),
        message.path("fence").asLong(),
        message.path("attempt").asInt(),
        message.path("worker").asText(),
        message.path("type").asText());
  }

  private static Command command(long at, JsonNode message) {
    return new Command(
        at,
        message.path("taskId").asLong(),
        message.path("subtaskId").asLong(),
        message.path("fence").asLong(),
        message.path("kind").asText(),
        message.path("compensation").asBoolean());
  }

  private static long sequence(ConsumerRecord<String, byte[]> record) {
    return number(record, "ce_sequence");
  }

  private static long version(ConsumerRecord<String, byte[]> record) {
    return number(record, "ce_taskversion");
  }

  private static long number(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8));
  }
}
