package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.embedded.FreePort;
import dev.relight.embedded.PostgresServer;
import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is set back to a time in the middle of a batch, as the operations guide tells. */
class RestoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TASKS = "relight.task-status";
  private static final String SUBTASKS = "relight.subtask-status";
  private static final Path AFTER_RESTORE = Path.of("..", "postgres", "after-restore.sql");

  @TempDir Path directory;
  private LocalSystem system;
  private Fleet fleet;
  private List<DemoHost> hosts;

  /** The highest id of a task that hosts and Kafka have seen. */
  private long given;

  /** The highest sequence number of an event that consumers have seen of the interrupted task. */
  private long seen;

  @Test
  void goesOnCorrectlyWhetherKafkaIsAheadOrEmpty() throws Exception {
    Path data = directory.resolve("system");
    start(data);
    BaseBackup backup;
    long interrupted;
    try {
      system.hosts().get(0).setFault("slow-stop", "4");
      interrupted = fleet.restartAgents(system.hosts()).path("id").asLong();
      await().atMost(PATIENCE).until(() -> Fleet.isStopping(system.hosts().get(0)));
      backup = BaseBackup.take(system.postgres(), postgres(data), directory.resolve("base-backup"));
      assertThat(statusOf(interrupted)).isEqualTo("RUNNING");
      fleet.awaitEnd(interrupted);
      // Known to hosts and Kafka, but not to the backup.
      given = fleet.restartAgents(system.hosts()).path("id").asLong();
      assertThat(fleet.awaitEnd(given).path("status").asText()).isEqualTo("SUCCESSFUL");
      seen = Collections.max(sequences(SUBTASKS, interrupted));
    } finally {
      system.close();
    }
    goesOn(data, backup, interrupted);
    Path kafka = data.resolve("kafka");
    assertThat(kafka).isDirectory();
    new ProcessBuilder("rm", "-rf", kafka.toString()).start().waitFor();
    goesOn(data, backup, interrupted);
  }

  private void goesOn(Path data, BaseBackup backup, long interrupted) throws Exception {
    Map<DemoHost, Map<String, Integer>> atFirst = starts();
    List<Long> fences = fences();
    backup.restore(postgres(data));
    try (PostgresServer server =
        PostgresServer.start(data.resolve("postgres"), Durability.FULL, Map.of())) {
      BaseBackup.run(server, Files.readString(AFTER_RESTORE));
    }
    start(data);
    try {
      JsonNode gone = fleet.awaitEnd(interrupted);
      assertThat(gone.path("status").asText()).as(gone.toString()).isEqualTo("SUCCESSFUL");
      // What a host still knows is not done again, nor is anything else done more than once.
      Map<DemoHost, Map<String, Integer>> before = starts();
      before.forEach((host, starts) -> assertAtMostOnce(starts, atFirst.get(host)));
      long next = fleet.restartAgents(system.hosts()).path("id").asLong();
      assertThat(next).as("an id that nobody knows").isGreaterThan(given);
      given = next;
      JsonNode ended = fleet.awaitEnd(next);
      assertThat(ended.path("status").asText()).isEqualTo("SUCCESSFUL");
      for (DemoHost host : system.hosts()) {
        Fleet.assertRuns(host);
        assertThat(Fleet.starts(host)).isEqualTo(Fleet.afterARestart(before.get(host)));
      }
      for (int i = 0; i < fences.size(); i++) {
        assertThat(fences().get(i)).as("the highest fence of a host").isGreaterThan(fences.get(i));
      }
      await().atMost(PATIENCE).untilAsserted(() -> assertGapless(next));
      await().atMost(PATIENCE).untilAsserted(() -> assertAboveWhatWasSeen(interrupted));
      seen = Collections.max(sequences(SUBTASKS, interrupted));
    } finally {
      system.close();
    }
  }

  /** Beside the start of the host itself, with which its agent starts. */
  private static void assertAtMostOnce(Map<String, Integer> now, Map<String, Integer> atFirst) {
    Map<String, Integer> up = new HashMap<>(atFirst);
    up.replaceAll((process, starts) -> starts + 1);
    Map<String, Integer> restarted = Fleet.afterARestart(up);
    now.forEach(
        (process, starts) ->
            assertThat(starts).as(process).isBetween(up.get(process), restarted.get(process)));
  }

  /** The highest one that each host saw. */
  private List<Long> fences() throws IOException {
    List<Long> fences = new ArrayList<>();
    for (DemoHost host : hosts) {
      try (DirectoryStream<Path> seen =
          Files.newDirectoryStream(host.agentHome().resolve(".relight"), "*.fence")) {
        for (Path file : seen) {
          fences.add(Long.parseLong(Files.readString(file).strip()));
        }
      }
    }
    return fences;
  }

  /** Of a task of that number nothing else is on the topic, whatever was there before. */
  private void assertGapless(long task) {
    List<Long> sequences = sequences(SUBTASKS, task);
    assertThat(sequences).isNotEmpty();
    assertThat(sequences).isEqualTo(LongStream.rangeClosed(1, sequences.size()).boxed().toList());
    List<Long> ofTask = sequences(TASKS, task);
    assertThat(ofTask).hasSizeGreaterThanOrEqualTo(2);
    assertThat(ofTask).isEqualTo(LongStream.rangeClosed(1, ofTask.size()).boxed().toList());
  }

  /** A task that goes on says so under numbers that nobody has seen, whatever was there before. */
  private void assertAboveWhatWasSeen(long task) {
    for (String topic : List.of(SUBTASKS, TASKS)) {
      List<Long> sequences = sequences(topic, task);
      assertThat(sequences.get(sequences.size() - 1)).as(topic).isGreaterThan(seen);
    }
  }

  private List<Long> sequences(String topic, long task) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", system.bootstrapServers());
    List<Long> sequences = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(it -> new TopicPartition(topic, it.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.key().equals(String.valueOf(task))) {
            sequences.add(sequence(record));
          }
        }
      }
    }
    return sequences;
  }

  private static long sequence(ConsumerRecord<String, String> record) {
    byte[] value = record.headers().lastHeader("ce_sequence").value();
    return Long.parseLong(new String(value, StandardCharsets.UTF_8));
  }

  private void start(Path data) throws Exception {
    system =
        LocalSystem.start(
            Options.parse("--data=" + data, "--port=" + FreePort.next(), "--hosts=2"), line -> {});
    fleet = new Fleet(system);
    hosts = system.hosts();
    for (DemoHost host : hosts) {
      host.clearFaults();
    }
  }

  private static Path postgres(Path data) {
    return data.resolve("postgres/data");
  }

  private Map<DemoHost, Map<String, Integer>> starts() throws IOException {
    Map<DemoHost, Map<String, Integer>> starts = new HashMap<>();
    for (DemoHost host : hosts) {
      starts.put(host, Fleet.starts(host));
    }
    return starts;
  }

  private String statusOf(long task) throws IOException {
    return fleet.task(task).path("status").asText();
  }
}
