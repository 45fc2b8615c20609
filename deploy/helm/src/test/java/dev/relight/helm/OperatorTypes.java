package dev.relight.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.embedded.NodeProject;
import java.util.List;
import java.util.Set;

/** The types of operators that publish none for Java, as npm packages have them. */
final class OperatorTypes {
  private static final Set<String> NAMES =
      Set.of(
          "keda.sh/v1alpha1/ScaledObject",
          "keda.sh/v1alpha1/TriggerAuthentication",
          "postgresql.cnpg.io/v1/Cluster",
          "postgresql.cnpg.io/v1/ScheduledBackup");

  private OperatorTypes() {}

  static boolean know(JsonNode manifest) {
    return NAMES.contains(StrictSchema.type(manifest));
  }

  /** What is wrong with manifests of these types, a line each. */
  static List<String> check(List<JsonNode> manifests) throws Exception {
    String input = new ObjectMapper().writeValueAsString(manifests);
    return NodeProject.runWith(input, "check-operators.js").lines().toList();
  }
}
