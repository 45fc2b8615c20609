package dev.relight.embedded;

import dev.relight.embedded.PostgresServer.Durability;
import java.nio.file.Path;
import java.util.Map;

/** The program of a JVM that a test kills: both servers, until the end. */
final class KillableServers {
  private KillableServers() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    var postgres = PostgresServer.start(directory.resolve("postgres"), Durability.FULL, Map.of());
    var kafka = KafkaBroker.start(directory.resolve("kafka"), Map.of());
    System.out.println(postgres.jdbcUrl());
    System.out.println(kafka.bootstrapServers());
    Thread.currentThread().join();
  }
}
