package dev.relight.embedded;

import dev.relight.embedded.PostgresServer.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Both servers of this package in a directory that goes with them. */
final class EmbeddedBackends implements Backends {
  private static final String POSTGRES = "postgres";

  private final DirectoryLock lock;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;

  EmbeddedBackends() throws IOException {
    lock = Scratch.fresh("tests", left -> PostgresServer.stopLeftover(left.resolve(POSTGRES)));
    Path directory = lock.directory();
    postgres = PostgresServer.start(directory.resolve(POSTGRES), Durability.NONE, Map.of());
    try {
      kafka = KafkaBroker.start(directory.resolve("kafka"), Map.of());
    } catch (IOException | RuntimeException | Error e) {
      postgres.close();
      throw e;
    }
  }

  @Override
  public String description() {
    return "embedded PostgreSQL and Kafka";
  }

  @Override
  public Map<String, String> settings() {
    return Backends.settings(
        postgres.reactiveUrl(), postgres.user(), postgres.password(), kafka.bootstrapServers());
  }

  @Override
  public void close() throws IOException {
    kafka.close();
    postgres.close();
    DirectoryTree.delete(lock.directory());
    lock.close();
  }
}
