package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart renders for KEDA and CloudNativePG is what these know. */
class OperatorTypesIT {
  /** How it was before there were plugins. */
  private static final Map<String, String> BACKUP =
      Map.of(
          "postgres.cluster.backup.barmanObjectStore.destinationPath", "s3://backups/relight",
          "postgres.cluster.backup.barmanObjectStore.s3Credentials.accessKeyId.name", "backups",
          "postgres.cluster.backup.barmanObjectStore.s3Credentials.accessKeyId.key", "id",
          "postgres.cluster.backup.retentionPolicy", "30d");

  @Test
  void knowWhatTheChartRenders() throws Exception {
    List<JsonNode> manifests = new ArrayList<>();
    for (Path values : Chart.examples()) {
      manifests.addAll(ofOperators(Chart.render(values, Map.of())));
    }
    manifests.addAll(ofOperators(Chart.render(Chart.example("operators"), BACKUP)));
    assertThat(manifests).hasSizeGreaterThan(5);
    assertThat(OperatorTypes.check(manifests)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ScaledObject          | /spec                                                                     | maxReplicaCount | "20"
          ScaledObject          | /spec/triggers/0                                                          | metadata        | [query]
          ScaledObject          | /spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/policies/0 | periodSeconds   | 1m
          TriggerAuthentication | /spec/secretTargetRef/0                                                   | key             | 7
          Cluster               | /spec                                                                     | instances       | three
          Cluster               | /spec/storage                                                             | size            | 20
          Cluster               | /spec/managed/roles/0                                                     | login           | "yes"
          Cluster               | /spec/postgresql                                                          | parameters      | [max_connections]
          Cluster               | /spec/plugins/0                                                           | isWALArchiver   | "yes"
          ScheduledBackup       | /spec/cluster                                                             | name            | 1
          Cluster               | /spec/bootstrap/initdb                                                    | postInitSQL     | drop table task
          """)
  void findWhatIsWrong(String kind, String object, String field, String wrong) throws Exception {
    JsonNode right = Damage.any(kind);
    assertThat(OperatorTypes.check(List.of(Damage.withUnknownField(right, object))))
        .singleElement()
        .asString()
        .endsWith(object + "/unheardOf is unknown");
    assertThat(OperatorTypes.check(List.of(Damage.withValue(right, object, field, wrong))))
        .isNotEmpty()
        .allMatch(line -> line.contains(object + "/" + field));
  }

  private static List<JsonNode> ofOperators(Manifests manifests) {
    return manifests.all().stream().filter(OperatorTypes::know).toList();
  }
}
