package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.relight.embedded.FrozenMessage;
import dev.relight.embedded.MessageCheck;
import dev.relight.model.Dispatch;
import dev.relight.model.HostLook;
import dev.relight.model.HostSighting;
import dev.relight.model.HostTarget;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskReport;
import dev.relight.model.Topics;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * The other end of the wire: sends commands as a control plane does, keeps everything that workers
 * send, and acknowledges their heartbeats as long as it is told to. Its topics are its own.
 */
final class Wire implements AutoCloseable {
  private static final int PARTITIONS = 8;

  private static final FrozenMessage ACKNOWLEDGEMENT =
      FrozenMessage.of(Topics.WORKER_CONTROL, "an answer to heartbeats").with("/cancel", List.of());

  static {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  final String prefix = "test-" + UUID.randomUUID().toString().substring(0, 8);
  final List<SubtaskReport> reports = new CopyOnWriteArrayList<>();
  final List<WorkerHeartbeat> heartbeats = new CopyOnWriteArrayList<>();
  final List<HostSighting> sightings = new CopyOnWriteArrayList<>();
  final List<ConsumerRecord<String, byte[]>> deadLetters = new CopyOnWriteArrayList<>();

  /** Whatever is not as its schemas say; told when the wire is closed. */
  private final List<AssertionError> misshapen = new CopyOnWriteArrayList<>();

  private final String bootstrapServers = System.getProperty("kafka.bootstrap.servers");
  private final KafkaProducer<String, byte[]> producer;
  private final Thread reader = new Thread(this::read, "wire-reader");
  private volatile boolean acknowledging = true;
  private volatile boolean closed;

  Wire() {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Makes the topics and begins to listen. */
  Wire open() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      List<NewTopic> topics =
          List.of(
              new NewTopic(topic(Topics.SUBTASK_COMMANDS), PARTITIONS, (short) 1),
              new NewTopic(topic(Topics.SUBTASK_COMMANDS + Topics.DEAD_LETTERS), 1, (short) 1),
              new NewTopic(topic(Topics.SUBTASK_REPORTS), 1, (short) 1),
              new NewTopic(topic(Topics.WORKER_HEARTBEATS), 1, (short) 1),
              new NewTopic(topic(Topics.WORKER_CONTROL), 1, (short) 1),
              new NewTopic(topic(Topics.HOST_SIGHTINGS), 1, (short) 1));
      admin.createTopics(topics).all().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    reader.start();
    return this;
  }

  static SubtaskCommand command(long subtaskId, long fence, SubtaskKind kind, HostTarget host) {
    return new SubtaskCommand(
        "test", 1, subtaskId, 1, fence, kind, false, host, null, null, 60_000, null);
  }

  static SubtaskCommand noop(long subtaskId, long fence) {
    HostTarget host = new HostTarget(subtaskId, "127.0.0.1", 22, "noop", "/agent", "none");
    return command(subtaskId, fence, SubtaskKind.STOP_ALL, host);
  }

  static HostTarget withProfile(HostTarget h, String profile) {
    return new HostTarget(h.id(), h.address(), h.sshPort(), profile, h.agentHome(), h.credential());
  }

  void send(SubtaskCommand command) {
    MessageCheck.check(topic(Topics.SUBTASK_COMMANDS), List.of(), bytes(command));
    send(Math.floorMod(command.host().id(), PARTITIONS), bytes(command));
  }

  void send(int partition, byte[] value) {
    producer.send(new ProducerRecord<>(topic(Topics.SUBTASK_COMMANDS), partition, null, value));
    producer.flush();
  }

  void cancel(SubtaskCommand command) {
    Dispatch dispatch = new Dispatch(command.subtaskId(), command.fence());
    say(new WorkerControl(Map.of(), List.of(dispatch), List.of()));
  }

  void withdraw(SubtaskCommand command) {
    Dispatch dispatch = new Dispatch(command.subtaskId(), command.fence());
    say(new WorkerControl(Map.of(), List.of(), List.of(dispatch)));
  }

  void look(HostLook... looks) {
    Map<String, List<HostLook>> all = Map.of(lastHeartbeat().worker(), List.of(looks));
    say(new WorkerControl(Map.of(), List.of(), List.of(), all));
  }

  WorkerHeartbeat lastHeartbeat() {
    return heartbeats.get(heartbeats.size() - 1);
  }

  /** The last heartbeat of each worker. */
  Collection<WorkerHeartbeat> lastHeartbeats() {
    Map<String, WorkerHeartbeat> last = new LinkedHashMap<>();
    heartbeats.forEach(heartbeat -> last.put(heartbeat.worker(), heartbeat));
    return last.values();
  }

  /** Waits until a worker that goes on says that it reads commands. */
  void awaitReader() {
    await()
        .until(
            () ->
                lastHeartbeats().stream()
                    .anyMatch(beat -> !beat.stopping() && !beat.partitions().isEmpty()));
  }

  void acknowledgeHeartbeats(boolean acknowledge) {
    acknowledging = acknowledge;
  }

  List<SubtaskReport> reportsOf(SubtaskCommand command) {
    return reports.stream()
        .filter(r -> r.subtaskId() == command.subtaskId() && r.fence() == command.fence())
        .toList();
  }

  void awaitReport(SubtaskCommand command, ReportType type) {
    await().until(() -> reportsOf(command).stream().anyMatch(report -> report.type() == type));
  }

  void awaitReports(SubtaskCommand command, ReportType... types) {
    await()
        .untilAsserted(
            () ->
                assertThat(reportsOf(command))
                    .extracting(SubtaskReport::type)
                    .containsExactly(types));
  }

  /** What a worker must be told to be on this wire. */
  Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("relight.topics.prefix", prefix);
    settings.putAll(more);
    return settings;
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
    if (!misshapen.isEmpty()) {
      throw misshapen.get(0);
    }
  }

  private void say(WorkerControl control) {
    say(bytes(control));
  }

  void say(FrozenMessage control) {
    say(control.bytes());
  }

  private void say(byte[] control) {
    MessageCheck.check(topic(Topics.WORKER_CONTROL), List.of(), control);
    producer.send(new ProducerRecord<>(topic(Topics.WORKER_CONTROL), control));
    producer.flush();
  }

  private void read() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition(topic(Topics.SUBTASK_REPORTS), 0),
              new TopicPartition(topic(Topics.WORKER_HEARTBEATS), 0),
              new TopicPartition(topic(Topics.HOST_SIGHTINGS), 0),
              new TopicPartition(topic(Topics.SUBTASK_COMMANDS + Topics.DEAD_LETTERS), 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed) {
        Map<String, Long> seen = new HashMap<>();
        consumer.poll(Duration.ofMillis(100)).forEach(record -> keep(record, seen));
        if (acknowledging && !seen.isEmpty()) {
          say(ACKNOWLEDGEMENT.with("/acknowledged", seen));
        }
      }
    }
  }

  private void keep(ConsumerRecord<String, byte[]> record, Map<String, Long> seen) {
    try {
      MessageCheck.check(record.topic(), record.headers(), record.value());
    } catch (AssertionError e) {
      misshapen.add(e);
    }
    try {
      if (record.topic().equals(topic(Topics.SUBTASK_REPORTS))) {
        reports.add(JSON.readValue(record.value(), SubtaskReport.class));
      } else if (record.topic().equals(topic(Topics.WORKER_HEARTBEATS))) {
        WorkerHeartbeat heartbeat = JSON.readValue(record.value(), WorkerHeartbeat.class);
        heartbeats.add(heartbeat);
        seen.put(heartbeat.worker(), heartbeat.sequence());
      } else if (record.topic().equals(topic(Topics.HOST_SIGHTINGS))) {
        sightings.add(JSON.readValue(record.value(), HostSighting.class));
      } else {
        deadLetters.add(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String topic(String name) {
    return prefix + "." + name;
  }

  static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
