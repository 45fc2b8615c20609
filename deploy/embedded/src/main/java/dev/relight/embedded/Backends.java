package dev.relight.embedded;

import java.io.IOException;
import java.util.Map;

/** A PostgreSQL and a Kafka that run for tests. */
interface Backends extends AutoCloseable {
  /** What they are, for people. */
  String description();

  /** The settings by which a service finds them. */
  Map<String, String> settings();

  @Override
  void close() throws IOException;

  static Map<String, String> settings(
      String reactiveUrl, String user, String password, String bootstrapServers) {
    return Map.of(
        "quarkus.datasource.reactive.url",
        reactiveUrl,
        "quarkus.datasource.jdbc.url",
        "jdbc:" + reactiveUrl,
        "quarkus.datasource.username",
        user,
        "quarkus.datasource.password",
        password,
        "kafka.bootstrap.servers",
        bootstrapServers);
  }
}
