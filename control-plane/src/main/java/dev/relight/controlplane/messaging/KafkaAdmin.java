package dev.relight.controlplane.messaging;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Makes the client that asks Kafka about its topics; it has connections of its own. */
@Singleton
class KafkaAdmin {
  @Produces
  @Singleton
  Admin admin(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    return Admin.create(settings);
  }

  void close(@Disposes Admin admin) {
    // Nobody waits for what it was asked last.
    admin.close(Duration.ZERO);
  }
}
