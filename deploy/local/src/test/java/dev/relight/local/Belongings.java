package dev.relight.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything that a system keeps and prints, for who looks for what should not be there. */
final class Belongings {
  private static final String TABLES =
      """
      select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')
      """;

  private final LocalSystem system;
  private final BiConsumer<String, byte[]> each;

  /** Shows all of it to somebody: where it is, and what it is. */
  Belongings(LocalSystem system, BiConsumer<String, byte[]> each) {
    this.system = system;
    this.each = each;
  }

  void rows() throws SQLException {
    String url = system.postgres().jdbcUrl();
    String user = system.postgres().user();
    try (Connection connection =
            DriverManager.getConnection(url, user, system.postgres().password());
        Statement statement = connection.createStatement()) {
      for (String table : column(statement, TABLES)) {
        // Whatever its columns are; bytes are written in hexadecimal.
        for (String row : column(statement, "select t::text from " + table + " t")) {
          each.accept("table " + table, row.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private static List<String> column(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  void records() {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", system.bootstrapServers(), "exclude.internal.topics", false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.listTopics().values().stream()
              .flatMap(List::stream)
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::record);
      }
    }
  }

  private void record(ConsumerRecord<byte[], byte[]> record) {
    String where = "topic " + record.topic();
    if (record.key() != null) {
      each.accept(where + ", a key", record.key());
    }
    if (record.value() != null) {
      each.accept(where + ", a value", record.value());
    }
    for (Header header : record.headers()) {
      each.accept(where + ", a header", header.key().getBytes(StandardCharsets.UTF_8));
      if (header.value() != null) {
        each.accept(where + ", a header", header.value());
      }
    }
  }

  void logs() throws IOException {
    try (Stream<Path> files = Files.list(system.data().resolve("logs"))) {
      for (Path file : files.toList()) {
        each.accept(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  /** What any user of the machine sees of the services in its list of processes. */
  void commandLines() throws IOException {
    for (Service service :
        Stream.concat(system.controlPlanes().stream(), system.workers().stream()).toList()) {
      Path line = Path.of("/proc", Long.toString(service.process().pid()), "cmdline");
      each.accept("the command line of " + service.name(), Files.readAllBytes(line));
    }
  }
}
