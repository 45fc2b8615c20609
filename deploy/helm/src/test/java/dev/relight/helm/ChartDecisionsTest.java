package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What the chart makes of what it is told. */
class ChartDecisionsTest {
  private static final String CONTROL_PLANE = "relight-control-plane";
  private static final String WORKER = "relight-worker-default";

  private static Manifests operators() throws IOException {
    return Chart.render(Chart.example("operators"), Map.of());
  }

  @Test
  void migratesAsAStepOfItsOwnUnderItsOwnRole() throws IOException {
    JsonNode pod = Chart.production(Map.of()).pod(CONTROL_PLANE);
    JsonNode migrate = pod.at("/initContainers/0");
    assertThat(value(migrate, "QUARKUS_INIT_AND_EXIT")).isEqualTo("true");
    assertThat(secret(migrate, "QUARKUS_DATASOURCE_PASSWORD"))
        .isEqualTo("relight-postgres-migration");
    JsonNode service = pod.at("/containers/0");
    assertThat(service.path("image")).isEqualTo(migrate.path("image"));
    assertThat(value(service, "QUARKUS_FLYWAY_MIGRATE_AT_START")).isEqualTo("false");
    assertThat(secret(service, "QUARKUS_DATASOURCE_PASSWORD")).isEqualTo("relight-postgres");
    JsonNode alone = Chart.production(Map.of("postgres.migrationSecret", "")).pod(CONTROL_PLANE);
    assertThat(secret(alone.at("/initContainers/0"), "QUARKUS_DATASOURCE_PASSWORD"))
        .isEqualTo("relight-postgres");
  }

  @Test
  void givesWorkersTheTimeToDrain() throws IOException {
    Manifests manifests = Chart.production(Map.of("workers.drainSeconds", 900));
    assertThat(manifests.settings(WORKER)).containsEntry("relight.worker.drain-timeout", "900s");
    assertThat(manifests.pod(WORKER).path("terminationGracePeriodSeconds").asInt())
        .isGreaterThan(900);
  }

  @Test
  void givesControlPlanesTheTimeToAnswerWhatTheyWereAsked() throws IOException {
    Manifests manifests = Chart.production(Map.of());
    JsonNode pod = manifests.pod(CONTROL_PLANE);
    int preStop = pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt();
    String shutdown = manifests.settings(CONTROL_PLANE).getProperty("quarkus.shutdown.timeout");
    assertThat(preStop).isPositive();
    assertThat(pod.path("terminationGracePeriodSeconds").asInt())
        .isGreaterThan(preStop + Integer.parseInt(shutdown.replace("s", "")));
  }

  @Test
  void asksEachServiceForItsHealth() throws IOException {
    Chart.production(Map.of())
        .pods()
        .map(pod -> pod.at("/containers/0"))
        .forEach(
            container -> {
              assertThat(container.at("/startupProbe/httpGet/path").asText())
                  .isEqualTo("/q/health/started");
              assertThat(container.at("/livenessProbe/httpGet/path").asText())
                  .isEqualTo("/q/health/live");
              assertThat(container.at("/readinessProbe/httpGet/path").asText())
                  .isEqualTo("/q/health/ready");
            });
  }

  @Test
  void speaksToKafkaAsItIsTold() throws IOException {
    Properties scram = Chart.production(Map.of()).settings(WORKER);
    assertThat(scram)
        .containsEntry("kafka.security.protocol", "SASL_SSL")
        .containsEntry("kafka.sasl.mechanism", "SCRAM-SHA-512");
    assertThat(scram.getProperty("kafka.sasl.jaas.config"))
        .startsWith("org.apache.kafka.common.security.scram.ScramLoginModule")
        .contains("password=\"${BROKER_PASSWORD}\"");
    assertThat(
            Chart.production(Map.of("kafka.auth", "plain", "kafka.caSecret", ""))
                .settings(CONTROL_PLANE))
        .containsEntry("kafka.security.protocol", "SASL_PLAINTEXT")
        .containsEntry("kafka.sasl.mechanism", "PLAIN");
    assertThat(
            Chart.render(Chart.example("mutual-tls"), Map.of("kafka.auth", "none"))
                .settings(WORKER))
        .containsEntry("kafka.security.protocol", "SSL")
        .doesNotContainKey("kafka.ssl.keystore.location");
    assertThat(Chart.render(Chart.example("mutual-tls"), Map.of()).settings(WORKER))
        .containsEntry("kafka.ssl.keystore.location", "/etc/relight/kafka-user/user.p12");
    assertThat(Chart.render(Chart.example("smallest"), Map.of()).settings(WORKER))
        .containsEntry("kafka.security.protocol", "PLAINTEXT");
  }

  @Test
  void verifiesWhoPostgresIsWhereThereIsACa() throws IOException {
    Properties tls = Chart.production(Map.of()).settings(CONTROL_PLANE);
    assertThat(tls).containsEntry("quarkus.datasource.reactive.postgresql.ssl-mode", "verify-full");
    assertThat(tls.getProperty("quarkus.datasource.jdbc.url")).contains("sslmode=verify-full");
    assertThat(
            Chart.production(Map.of("postgres.caSecret", ""))
                .settings(CONTROL_PLANE)
                .getProperty("quarkus.datasource.jdbc.url"))
        .isEqualTo("jdbc:postgresql://postgres.example.com:5432/relight");
  }

  @Test
  void keepsSecretsOutOfEverythingThatItRenders() throws IOException {
    for (JsonNode manifest : operators().all()) {
      assertThat(manifest.path("kind").asText()).isNotEqualTo("Secret");
    }
    assertThat(operators().settings("relight-worker-edge"))
        .containsEntry(
            "relight.ssh.credentials.edge.passphrase-file", "/etc/relight/ssh/id_edge.passphrase")
        .containsEntry("relight.ssh.credentials.edge.jump.port", "22")
        .containsEntry("relight.http.credentials.obagent.scheme", "hmac");
  }

  @Test
  void givesEachPoolItsWorkers() throws IOException {
    Manifests manifests = operators();
    assertThat(manifests.settings(CONTROL_PLANE))
        .containsEntry("relight.topics.pools", "default,edge")
        .containsEntry("relight.api.max-hosts", "2000000");
    assertThat(manifests.settings("relight-worker-edge"))
        .containsEntry("relight.worker.pool", "edge")
        .containsEntry("relight.worker.slots", "200")
        .containsEntry("relight.agent.settle", "5s");
    assertThat(manifests.settings(WORKER)).doesNotContainKey("relight.agent.settle");
    assertThat(manifests.pod("relight-worker-edge").at("/nodeSelector/zone").asText())
        .isEqualTo("edge");
    assertThat(manifests.one("PodDisruptionBudget", "relight-worker-edge")).isNotNull();
  }

  @Test
  void letsWorkersReachTheirHostsAndNobodyElse() throws IOException {
    JsonNode policy = operators().one("NetworkPolicy", "relight-worker-edge");
    assertThat(policy.at("/spec/egress")).hasSize(1);
    assertThat(policy.at("/spec/egress/0/to/0/ipBlock/cidr").asText()).isEqualTo("192.168.0.0/16");
    JsonNode deny = operators().one("NetworkPolicy", "relight-deny");
    assertThat(deny.at("/spec/policyTypes")).hasSize(2);
    assertThat(deny.at("/spec/ingress").isMissingNode()).isTrue();
    assertThat(Chart.production(Map.of("networkPolicy.enabled", false)).has("NetworkPolicy"))
        .isFalse();
  }

  @Test
  void leavesTheNumberOfWorkersToKeda() throws IOException {
    Manifests manifests = operators();
    assertThat(manifests.one("Deployment", WORKER).at("/spec/replicas").isMissingNode()).isTrue();
    JsonNode scaled = manifests.one("ScaledObject", WORKER).path("spec");
    assertThat(scaled.at("/scaleTargetRef/name").asText()).isEqualTo(WORKER);
    assertThat(scaled.at("/triggers/0/metadata/query").asText())
        .contains("pool = 'default'", "'READY'", "'RUNNING'");
    JsonNode down =
        scaled.at("/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/policies/0");
    assertThat(down.path("value").asInt()).isEqualTo(1);
    assertThat(down.path("periodSeconds").asInt()).isEqualTo(1200);
    assertThat(Chart.production(Map.of()).has("ScaledObject")).isFalse();
  }

  @Test
  void hasOperatorsMakePostgresAndUsersOfKafka() throws IOException {
    Manifests manifests = operators();
    JsonNode cluster = manifests.one("Cluster", "relight-postgres").path("spec");
    assertThat(cluster.at("/bootstrap/initdb/owner").asText()).isEqualTo("relight_migration");
    assertThat(cluster.at("/managed/roles/0/passwordSecret/name").asText())
        .isEqualTo("relight-postgres");
    assertThat(manifests.settings(CONTROL_PLANE).getProperty("quarkus.datasource.reactive.url"))
        .isEqualTo("postgresql://relight-postgres-rw:5432/relight");
    assertThat(manifests.of("KafkaUser")).hasSize(2);
    assertThat(secret(manifests.pod(WORKER).at("/containers/0"), "BROKER_PASSWORD"))
        .isEqualTo("relight-worker");
  }

  @Test
  void showsTheApiAndNothingElseToTheWorld() throws IOException {
    JsonNode ingress = Chart.production(Map.of()).one("Ingress", CONTROL_PLANE);
    assertThat(ingress.at("/spec/rules/0/http/paths/0/path").asText()).isEqualTo("/api/v2");
    JsonNode route = operators().one("HTTPRoute", CONTROL_PLANE);
    assertThat(route.at("/spec/rules/0/matches/0/path/value").asText()).isEqualTo("/api/v2");
    assertThat(operators().has("Ingress")).isFalse();
    assertThat(operators().of("ServiceMonitor")).hasSize(2);
  }

  @Test
  void restartsPodsWhenTheirSettingsChangeAndOnlyThen() throws IOException {
    assertThat(print(Map.of("workers.settings.relight\\.agent\\.settle", "3s")))
        .isNotEqualTo(print(Map.of()));
    assertThat(print(Map.of("workers.pools.default.replicas", 5))).isEqualTo(print(Map.of()));
  }

  @Test
  void takesImagesWithTagsAndDigestsOfTheirOwn() throws IOException {
    assertThat(image(Map.of("images.tag", "2.1"))).isEqualTo("example.com:5000/worker:2.1");
    String digest = "@sha256:" + "0a".repeat(32);
    assertThat(image(Map.of("images.tag", "2.1" + digest)))
        .isEqualTo("example.com:5000/worker:2.1" + digest);
    for (String own : List.of(":2.0", digest)) {
      String worker = "example.com:5000/worker" + own;
      assertThat(image(Map.of("images.worker", worker, "images.tag", "2.1"))).isEqualTo(worker);
    }
    assertThat(
            Chart.production(Map.of("images.tag", "2.1" + digest))
                .one("Deployment", WORKER)
                .at("/metadata/labels/app.kubernetes.io~1version")
                .asText())
        .isEqualTo("2.1");
  }

  private static String image(Map<String, ?> changes) throws IOException {
    Map<String, Object> all = new HashMap<>(Map.of("images.worker", "example.com:5000/worker"));
    all.putAll(changes);
    return Chart.production(all).pod(WORKER).at("/containers/0/image").asText();
  }

  @Test
  void showsPodsOfACaNothingButItsCertificate() throws IOException {
    Manifests manifests = operators();
    for (String volume : List.of("postgres-ca", "kafka-ca")) {
      JsonNode items =
          Manifests.each(manifests.pod(CONTROL_PLANE).path("volumes"))
              .filter(it -> it.path("name").asText().equals(volume))
              .map(it -> it.at("/secret/items"))
              .findFirst()
              .orElseThrow();
      assertThat(items.findValuesAsText("key")).as(volume).containsExactly("ca.crt");
    }
  }

  @Test
  void backsUpWhatItHasMade() throws IOException {
    Manifests manifests = operators();
    JsonNode backup = manifests.one("ScheduledBackup", "relight-postgres").path("spec");
    assertThat(backup.at("/cluster/name").asText()).isEqualTo("relight-postgres");
    assertThat(backup.path("schedule").asText()).isEqualTo("0 0 2 * * *");
    JsonNode parameters =
        manifests.one("Cluster", "relight-postgres").at("/spec/postgresql/parameters");
    assertThat(parameters.path("max_connections").asText()).isEqualTo("200");
    assertThat(parameters.path("shared_buffers").asText()).isEqualTo("1GB");
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.example("operators"), Map.of("postgres.cluster.scheduledBackup", "null")))
        .hasMessageContaining("postgres.cluster.scheduledBackup is missing");
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.example("operators"), Map.of("workers.autoscaling.maxReplicas", 65)))
        .hasMessageContaining("workers.autoscaling.maxReplicas is above kafka.commandPartitions");
  }

  private static String print(Map<String, ?> changes) throws IOException {
    return Chart.production(changes)
        .one("Deployment", WORKER)
        .at("/spec/template/metadata/annotations")
        .toString();
  }

  private static String value(JsonNode container, String variable) {
    return variable(container, variable).path("value").asText();
  }

  private static String secret(JsonNode container, String variable) {
    return variable(container, variable).at("/valueFrom/secretKeyRef/name").asText();
  }

  private static JsonNode variable(JsonNode container, String name) {
    return Manifests.each(container.path("env"))
        .filter(entry -> entry.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(container + " has no " + name));
  }
}
