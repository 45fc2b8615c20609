package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictSchemaTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      spec: {replicas: 2, template: {spec: {containers: [{name: one, env: [{name: A, value: "1"}]}]}}}
      """;

  @Test
  void acceptsWhatIsRight() throws Exception {
    assertThat(StrictSchema.check(yaml(DEPLOYMENT))).isEmpty();
  }

  @Test
  void findsUnknownFieldsAtEveryLevel() throws Exception {
    JsonNode manifest =
        yaml(DEPLOYMENT.replace("replicas", "replica").replace("value:", "values:"));
    assertThat(StrictSchema.check(manifest))
        .hasSize(2)
        .anyMatch(line -> line.endsWith(".replica is unknown"))
        .anyMatch(line -> line.endsWith(".values is unknown"));
  }

  @Test
  void findsValuesOfAWrongType() throws Exception {
    assertThat(StrictSchema.check(yaml(DEPLOYMENT.replace("replicas: 2", "replicas: \"2\""))))
        .hasSize(1);
    assertThat(StrictSchema.check(yaml(DEPLOYMENT.replace("value: \"1\"", "value: 1")))).hasSize(1);
    assertThat(StrictSchema.check(yaml(DEPLOYMENT.replace("name: one", "name: true")))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          HTTPRoute      | /spec/rules/0/backendRefs/0       | port       | http
          ServiceMonitor | /spec/endpoints/0                 | interval   | 15
          PrometheusRule | /spec/groups/0/rules/0            | for        | 1
          KafkaTopic     | /spec                             | partitions | "64"
          KafkaUser      | /spec/authorization/acls/0        | operations | Describe
          NetworkPolicy  | /spec/podSelector                 | matchLabels | [relight]
          """)
  void findsWhatIsWrongForOperators(String kind, String object, String field, String wrong)
      throws Exception {
    JsonNode right = Damage.any(kind);
    assertThat(StrictSchema.check(right)).isEmpty();
    assertThat(StrictSchema.check(Damage.withUnknownField(right, object)))
        .singleElement()
        .asString()
        .endsWith(".unheardOf is unknown");
    assertThat(StrictSchema.check(Damage.withValue(right, object, field, wrong))).hasSize(1);
  }

  private static JsonNode yaml(String text) throws Exception {
    return new YAMLMapper().readTree(text);
  }
}
