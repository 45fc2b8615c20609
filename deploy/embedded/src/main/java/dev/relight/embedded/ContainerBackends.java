package dev.relight.embedded;

import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Both servers as containers. */
final class ContainerBackends implements Backends {
  private static final String NAME = "relight";

  private final PostgreSQLContainer postgres =
      new PostgreSQLContainer(image("RELIGHT_TEST_POSTGRES_IMAGE", "postgres:17", "postgres"))
          .withDatabaseName(NAME)
          .withUsername(NAME)
          .withPassword(NAME)
          .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
  private final KafkaContainer kafka =
      new KafkaContainer(image("RELIGHT_TEST_KAFKA_IMAGE", "apache/kafka:4.1.1", "apache/kafka"));

  ContainerBackends() {
    try {
      Startables.deepStart(postgres, kafka).join();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  static boolean areAvailable() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public String description() {
    return "containers " + postgres.getDockerImageName() + " and " + kafka.getDockerImageName();
  }

  @Override
  public Map<String, String> settings() {
    String authority = postgres.getHost() + ":" + postgres.getMappedPort(5432);
    return Backends.settings(
        "postgresql://" + authority + "/" + NAME, NAME, NAME, kafka.getBootstrapServers());
  }

  @Override
  public void close() {
    kafka.stop();
    postgres.stop();
  }

  private static DockerImageName image(String variable, String standard, String substituted) {
    String name = System.getenv().getOrDefault(variable, standard);
    return DockerImageName.parse(name).asCompatibleSubstituteFor(substituted);
  }
}
