package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.embedded.FreePort;
import dev.relight.embedded.PostgresServer;
import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is set back to a time in the middle of a batch, as the operations guide tells. */
class RestoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path AFTER_RESTORE = Path.of("..", "postgres", "after-restore.sql");

  @TempDir Path directory;
  private LocalSystem system;
  private Fleet fleet;

  @Test
  void goesOnCorrectlyWhetherKafkaIsAheadOrEmpty() throws Exception {
    Path data = directory.resolve("system");
    start(data);
    BaseBackup backup;
    long interrupted;
    long forgotten;
    try {
      system.hosts().get(0).setFault("slow-stop", "4");
      interrupted = fleet.restartAgents(system.hosts()).path("id").asLong();
      await().atMost(PATIENCE).until(() -> Fleet.isStopping(system.hosts().get(0)));
      backup = BaseBackup.take(system.postgres(), postgres(data), directory.resolve("base-backup"));
      assertThat(statusOf(interrupted)).isEqualTo("RUNNING");
      fleet.awaitEnd(interrupted);
      // Known to hosts and Kafka, but not to the backup.
      forgotten = fleet.restartAgents(system.hosts()).path("id").asLong();
      assertThat(fleet.awaitEnd(forgotten).path("status").asText()).isEqualTo("SUCCESSFUL");
    } finally {
      system.close();
    }
    goesOn(data, backup, interrupted, forgotten);
    Path kafka = data.resolve("kafka");
    assertThat(kafka).isDirectory();
    new ProcessBuilder("rm", "-rf", kafka.toString()).start().waitFor();
    goesOn(data, backup, interrupted, forgotten);
  }

  private void goesOn(Path data, BaseBackup backup, long interrupted, long forgotten)
      throws Exception {
    backup.restore(postgres(data));
    try (PostgresServer server =
        PostgresServer.start(data.resolve("postgres"), Durability.FULL, Map.of())) {
      BaseBackup.run(server, Files.readString(AFTER_RESTORE));
    }
    start(data);
    try {
      JsonNode gone = fleet.awaitEnd(interrupted);
      assertThat(gone.path("status").asText()).as(gone.toString()).isEqualTo("SUCCESSFUL");
      Map<DemoHost, Map<String, Integer>> before = starts();
      long next = fleet.restartAgents(system.hosts()).path("id").asLong();
      assertThat(next).as("an id that nobody knows").isGreaterThan(forgotten);
      JsonNode ended = fleet.awaitEnd(next);
      assertThat(ended.path("status").asText()).isEqualTo("SUCCESSFUL");
      for (DemoHost host : system.hosts()) {
        Fleet.assertRuns(host);
        assertThat(Fleet.starts(host)).isEqualTo(Fleet.afterARestart(before.get(host)));
      }
      await().atMost(PATIENCE).untilAsserted(() -> assertGapless(next));
    } finally {
      system.close();
    }
  }

  /** Of a task of that number nothing else is on the topic, whatever was there before. */
  private void assertGapless(long task) {
    List<Integer> sequences = sequences("relight.subtask-status", task);
    assertThat(sequences).isNotEmpty();
    assertThat(sequences).isEqualTo(IntStream.rangeClosed(1, sequences.size()).boxed().toList());
    List<Integer> ofTask = sequences("relight.task-status", task);
    assertThat(ofTask).hasSizeGreaterThanOrEqualTo(2);
    assertThat(ofTask).isEqualTo(IntStream.rangeClosed(1, ofTask.size()).boxed().toList());
  }

  private List<Integer> sequences(String topic, long task) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", system.bootstrapServers());
    List<Integer> sequences = new ArrayList<>();
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

  private static int sequence(ConsumerRecord<String, String> record) {
    byte[] value = record.headers().lastHeader("ce_sequence").value();
    return Integer.parseInt(new String(value, StandardCharsets.UTF_8));
  }

  private void start(Path data) throws Exception {
    system =
        LocalSystem.start(
            Options.parse("--data=" + data, "--port=" + FreePort.next(), "--hosts=2"), line -> {});
    fleet = new Fleet(system);
    for (DemoHost host : system.hosts()) {
      host.clearFaults();
    }
  }

  private static Path postgres(Path data) {
    return data.resolve("postgres/data");
  }

  private Map<DemoHost, Map<String, Integer>> starts() throws IOException {
    Map<DemoHost, Map<String, Integer>> starts = new HashMap<>();
    for (DemoHost host : system.hosts()) {
      starts.put(host, Fleet.starts(host));
    }
    return starts;
  }

  private String statusOf(long task) throws IOException {
    return fleet.task(task).path("status").asText();
  }
}
