package dev.relight.worker;

import dev.relight.model.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which topic stands behind which channel; everything else is in application.properties. */
@Singleton
final class Channels {
  private final String prefix;
  private final String pool;
  private final WorkerId worker;

  Channels(
      @ConfigProperty(name = "relight.topics.prefix", defaultValue = "relight") String prefix,
      WorkerConfig config,
      WorkerId worker) {
    this.prefix = prefix;
    this.pool = config.pool();
    this.worker = worker;
  }

  @Produces
  @Singleton
  @Identifier("commands")
  Map<String, Object> commands() {
    String suffix = pool.equals("default") ? "" : "." + pool;
    String topic = topic(Topics.SUBTASK_COMMANDS) + suffix;
    return Map.of(
        "topic", topic,
        "dead-letter-queue.topic", topic + Topics.DEAD_LETTERS,
        "group.id", prefix + "-workers." + pool);
  }

  @Produces
  @Singleton
  @Identifier("reports")
  Map<String, Object> reports() {
    return Map.of("topic", topic(Topics.SUBTASK_REPORTS));
  }

  @Produces
  @Singleton
  @Identifier("sightings")
  Map<String, Object> sightings() {
    return Map.of("topic", topic(Topics.HOST_SIGHTINGS));
  }

  @Produces
  @Singleton
  @Identifier("heartbeats")
  Map<String, Object> heartbeats() {
    return Map.of("topic", topic(Topics.WORKER_HEARTBEATS));
  }

  @Produces
  @Singleton
  @Identifier("control")
  Map<String, Object> control() {
    // A group of its own, named so that its pool's workers may be allowed theirs and no others.
    String group = prefix + "-workers." + pool + "." + worker;
    return Map.of("topic", topic(Topics.WORKER_CONTROL), "group.id", group);
  }

  private String topic(String name) {
    return prefix + "." + name;
  }
}
