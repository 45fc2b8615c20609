package dev.relight.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What PostgreSQL and Kafka alone need for the same work with the same durability: the DAG of a
 * batch restart, a row a subtask, each command and each report a record of the usual size; no
 * fences, no leases, no events, no HTTP. No engine on top of the two can be faster.
 */
final class Floor implements AutoCloseable {
  private static final int STAGES = 5;
  private static final int MESSAGE_BYTES = 400;
  private static final String COMMANDS = "floor.commands";
  private static final String REPORTS = "floor.reports";

  private static final String TABLE =
      """
      create table if not exists floor_subtask (
        id bigint primary key, task bigint not null, status text not null
      ) with (fillfactor = 60)
      """;
  private static final String INSERT =
      """
      insert into floor_subtask select s.id, s.task, 'PENDING'
      from unnest(?::bigint[], ?::bigint[]) as s(id, task)
      """;
  private static final String SETTLE =
      """
      update floor_subtask s set status = 'SUCCESSFUL' from unnest(?::bigint[]) as d(id)
      where s.id = d.id
      """;

  /**
   * A task, its subtasks numbered stage by stage, each but the last with a wait node at its end.
   */
  private static final class Task {
    private final long first;
    private final int hosts;
    private int stage;
    private int left;

    private Task(long first, int hosts) {
      this.first = first;
      this.hosts = hosts;
      left = hosts;
    }

    private LongStream all() {
      return LongStream.range(first, first + STAGES * (hosts + 1L) - 1);
    }

    private LongStream ofStage() {
      long start = first + stage * (hosts + 1L);
      return LongStream.range(start, start + hosts);
    }

    private long waitNode() {
      return first + stage * (hosts + 1L) + hosts;
    }
  }

  private final Connection connection;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> reports;
  private final Properties kafka;
  private volatile boolean closed;
  private final Map<Long, Task> running = new HashMap<>();
  private long nextId = 1;

  Floor(Connection connection, String bootstrapServers)
      throws SQLException, InterruptedException, ExecutionException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists floor_subtask");
      statement.execute(TABLE);
      statement.execute("set enable_seqscan = off; set enable_hashjoin = off");
      statement.execute("set enable_mergejoin = off; set jit = off");
    }
    connection.setAutoCommit(false);
    kafka = settings(bootstrapServers);
    try (Admin admin = Admin.create(kafka)) {
      admin
          .createTopics(
              List.of(new NewTopic(COMMANDS, 1, (short) 1), new NewTopic(REPORTS, 1, (short) 1)))
          .all()
          .get();
    }
    producer = new KafkaProducer<>(kafka);
    reports = consumer(REPORTS);
    Thread worker = new Thread(this::work, "floor-worker");
    worker.setDaemon(true);
    worker.start();
  }

  private static Properties settings(String bootstrapServers) {
    Properties kafka = new Properties();
    kafka.put("bootstrap.servers", bootstrapServers);
    kafka.put("acks", "all");
    kafka.put("linger.ms", "0");
    kafka.put("max.in.flight.requests.per.connection", "1");
    kafka.put("max.poll.records", "2000");
    kafka.put("key.serializer", ByteArraySerializer.class.getName());
    kafka.put("value.serializer", ByteArraySerializer.class.getName());
    kafka.put("key.deserializer", ByteArrayDeserializer.class.getName());
    kafka.put("value.deserializer", ByteArrayDeserializer.class.getName());
    return kafka;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String topic) {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka);
    List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  /** Milliseconds until the rows of a task are committed. */
  double submit(int hosts) throws SQLException {
    long start = System.nanoTime();
    insert(List.of(newTask(hosts)));
    double millis = (System.nanoTime() - start) / 1e6;
    running.clear();
    return millis;
  }

  /** Milliseconds until a task is done. */
  double makespan(int hosts) throws SQLException {
    long start = System.nanoTime();
    begin(List.of(newTask(hosts)));
    while (!running.isEmpty()) {
      step();
    }
    return (System.nanoTime() - start) / 1e6;
  }

  /** Steps a second, with so many one-host tasks at once. */
  double perSecond(int inFlight, int seconds) throws SQLException {
    begin(newTasks(inFlight));
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    long steps = 0;
    while (System.nanoTime() < end) {
      steps += step();
      begin(newTasks(inFlight - running.size()));
    }
    double rate = steps * 1e9 / (System.nanoTime() - start);
    while (!running.isEmpty()) {
      step();
    }
    return rate;
  }

  private List<Task> newTasks(int count) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(newTask(1));
    }
    return tasks;
  }

  private Task newTask(int hosts) {
    Task task = new Task(nextId, hosts);
    nextId += STAGES * (hosts + 1L);
    running.put(task.first, task);
    return task;
  }

  private void begin(List<Task> tasks) throws SQLException {
    if (!tasks.isEmpty()) {
      insert(tasks);
      tasks.forEach(this::send);
    }
  }

  private void insert(Collection<Task> tasks) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setArray(1, array(tasks.stream().flatMapToLong(Task::all)));
      insert.setArray(
          2, array(tasks.stream().flatMapToLong(task -> task.all().map(id -> task.first))));
      insert.execute();
    }
    connection.commit();
  }

  private java.sql.Array array(LongStream ids) throws SQLException {
    return connection.createArrayOf("bigint", ids.boxed().toArray());
  }

  private void send(Task task) {
    task.ofStage().forEach(id -> producer.send(record(COMMANDS, task.first, id)));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, long task, long id) {
    byte[] value = ByteBuffer.allocate(MESSAGE_BYTES).putLong(task).putLong(id).array();
    return new ProducerRecord<>(topic, value);
  }

  /** One batch of reports, one transaction; then the commands behind it. */
  private int step() throws SQLException {
    List<Long> settled = new ArrayList<>();
    List<Task> next = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> report : reports.poll(Duration.ofSeconds(10))) {
      ByteBuffer value = ByteBuffer.wrap(report.value());
      Task task = running.get(value.getLong());
      settled.add(value.getLong());
      if (--task.left == 0) {
        if (task.stage < STAGES - 1) {
          settled.add(task.waitNode());
          next.add(task);
        } else {
          running.remove(task.first);
        }
      }
    }
    try (PreparedStatement settle = connection.prepareStatement(SETTLE)) {
      settle.setArray(1, array(settled.stream().mapToLong(Long::longValue)));
      settle.execute();
    }
    connection.commit();
    for (Task task : next) {
      task.stage++;
      task.left = task.hosts;
      send(task);
    }
    return settled.size() - next.size();
  }

  private void work() {
    try (KafkaConsumer<byte[], byte[]> commands = consumer(COMMANDS);
        KafkaProducer<byte[], byte[]> answers = new KafkaProducer<>(kafka)) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> command : commands.poll(Duration.ofMillis(100))) {
          answers.send(new ProducerRecord<>(REPORTS, command.value()));
        }
      }
    }
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    producer.close();
    reports.close();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table floor_subtask");
    }
    connection.close();
  }
}
