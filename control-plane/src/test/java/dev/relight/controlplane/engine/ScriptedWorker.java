package dev.relight.controlplane.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.relight.embedded.MessageCheck;
import dev.relight.model.AgentState;
import dev.relight.model.Dispatch;
import dev.relight.model.HostLook;
import dev.relight.model.HostSighting;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A worker that speaks over the real broker and does just what a test tells it: it can fall silent,
 * repeat itself and say things out of turn, which a real one never would on request.
 */
public final class ScriptedWorker {
  private static final String COMMANDS = "relight.subtask-commands";
  private static final String CONTROL = "relight.worker-control";
  private static final List<String> RESTART_ONLY = List.of("ocp-agent-http");

  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();
  private final List<AssertionError> misshapen = new CopyOnWriteArrayList<>();
  private final String id;
  private final String pool;
  private final KafkaProducer<String, byte[]> producer;
  private final Thread thread = new Thread(this::run, "scripted-worker");
  private final BiConsumer<ScriptedWorker, SubtaskCommand> script;
  private final List<SubtaskCommand> received = new CopyOnWriteArrayList<>();
  private final List<Dispatch> canceled = new CopyOnWriteArrayList<>();
  private final Set<Dispatch> running = ConcurrentHashMap.newKeySet();
  private volatile long acknowledged;
  private volatile boolean silent;
  private volatile boolean deaf;
  private volatile boolean closed;
  private volatile int slots = 1000;
  private volatile int looks;
  private volatile Function<HostLook, AgentState> sight;
  private long sequence;

  /** Answers every command as the script says; it takes all partitions, by its pool alone. */
  public ScriptedWorker(String id, String pool, BiConsumer<ScriptedWorker, SubtaskCommand> script) {
    this.id = id + "-" + UUID.randomUUID();
    this.pool = pool;
    this.script = script;
    Properties settings = settings();
    settings.put("linger.ms", 0);
    producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    thread.start();
  }

  /** Does at once whatever it is told. */
  public static void obey(ScriptedWorker worker, SubtaskCommand command) {
    worker.report(command, ReportType.STARTED, null);
    worker.report(command, ReportType.SUCCEEDED, null);
  }

  String id() {
    return id;
  }

  List<SubtaskCommand> received() {
    return received;
  }

  List<Dispatch> canceled() {
    return canceled;
  }

  /** Whether a control plane has answered to a heartbeat. */
  public boolean isAcknowledged() {
    return acknowledged > 0;
  }

  void fallSilent() {
    silent = true;
  }

  /** Keeps what it is told to hand back or not to begin. */
  void beDeaf() {
    deaf = true;
  }

  void offer(int freeSlots) {
    slots = freeSlots;
  }

  /** Says of hosts that it is asked to look at what it sees there, nothing where that is null. */
  void look(Function<HostLook, AgentState> sight) {
    this.sight = sight;
    looks = 20;
  }

  /** Answers a look. */
  void sighted(HostLook look, AgentState observed) {
    String message = observed == null ? "Cannot connect" : null;
    HostSighting sighting = new HostSighting(id, look.host().id(), look.asked(), observed, message);
    send("relight.host-sightings", String.valueOf(look.host().id()), sighting);
  }

  public void report(SubtaskCommand command, ReportType type, String message) {
    report(command, command.fence(), type, message);
  }

  void report(SubtaskCommand command, long fence, ReportType type, String message) {
    report(command, fence, type, message, null);
  }

  /** Sends lines of the log on the way. */
  public void log(SubtaskCommand command, List<String> lines) {
    report(command, command.fence(), ReportType.LOG, null, null, lines);
  }

  /** Says that the work is done, and what was seen then. */
  public void succeed(SubtaskCommand command, AgentState observed) {
    report(command, ReportType.STARTED, null);
    report(command, command.fence(), ReportType.SUCCEEDED, null, observed);
  }

  private void report(
      SubtaskCommand command, long fence, ReportType type, String message, AgentState observed) {
    report(command, fence, type, message, observed, List.of());
  }

  private void report(
      SubtaskCommand command,
      long fence,
      ReportType type,
      String message,
      AgentState observed,
      List<String> log) {
    Dispatch dispatch = new Dispatch(command.subtaskId(), command.fence());
    if (type == ReportType.STARTED) {
      running.add(dispatch);
    } else if (type != ReportType.LOG) {
      running.remove(dispatch);
    }
    send(
        "relight.subtask-reports",
        String.valueOf(command.taskId()),
        new SubtaskReport(
            command.taskId(),
            command.subtaskId(),
            command.attempt(),
            fence,
            id,
            type,
            Instant.now(),
            message,
            observed,
            log));
  }

  public void stop() throws InterruptedException {
    closed = true;
    thread.join();
    // The next heartbeat that anybody sends is read after this one.
    beat(0, true);
    producer.close();
    if (!misshapen.isEmpty()) {
      throw misshapen.get(0);
    }
  }

  private void run() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings(), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          Stream.concat(
                  consumer.partitionsFor(commands()).stream()
                      .map(p -> new TopicPartition(p.topic(), p.partition())),
                  Stream.of(new TopicPartition(CONTROL, 0)))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      long beat = 0;
      while (!closed) {
        if (!silent && System.nanoTime() - beat > 100_000_000) {
          beat = System.nanoTime();
          beat(partitions.size() - 1, false);
        }
        consumer.poll(Duration.ofMillis(20)).forEach(this::take);
      }
    }
  }

  private String commands() {
    return pool.equals("default") ? COMMANDS : COMMANDS + "." + pool;
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    String topic = record.topic();
    byte[] value = record.value();
    check(topic, record.headers(), value);
    try {
      if (topic.equals(CONTROL)) {
        WorkerControl control = json.readValue(value, WorkerControl.class);
        acknowledged = control.acknowledged().getOrDefault(id, acknowledged);
        control.cancel().stream().filter(running::contains).forEach(canceled::add);
        control.looks().getOrDefault(id, List.of()).forEach(l -> sighted(l, sight.apply(l)));
        if (!deaf) {
          notBegun(control.cancel()).forEach(c -> report(c, ReportType.FAILED, "canceled"));
          notBegun(control.withdraw()).forEach(c -> report(c, ReportType.RELEASED, null));
        }
      } else {
        SubtaskCommand command = json.readValue(value, SubtaskCommand.class);
        received.add(command);
        script.accept(this, command);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<SubtaskCommand> notBegun(List<Dispatch> dispatches) {
    return received.stream()
        .filter(c -> dispatches.contains(new Dispatch(c.subtaskId(), c.fence())))
        .filter(c -> !running.contains(new Dispatch(c.subtaskId(), c.fence())))
        .toList();
  }

  private void beat(int partitions, boolean stopping) {
    send(
        "relight.worker-heartbeats",
        id,
        new WorkerHeartbeat(
            id,
            pool,
            ++sequence,
            slots,
            slots,
            IntStream.range(0, partitions).boxed().toList(),
            List.copyOf(running),
            null,
            RESTART_ONLY,
            looks,
            stopping));
  }

  private void send(String topic, String key, Object value) {
    try {
      byte[] bytes = json.writeValueAsBytes(value);
      check(topic, List.of(), bytes);
      producer.send(new ProducerRecord<>(topic, key, bytes));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nothing is on the wire that its schemas do not allow; told when the test ends. */
  private void check(String topic, Iterable<Header> headers, byte[] value) {
    try {
      MessageCheck.check(topic, headers, value);
    } catch (AssertionError e) {
      misshapen.add(e);
    }
  }

  private static Properties settings() {
    Properties settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", System.getProperty("kafka.bootstrap.servers")));
    return settings;
  }
}
