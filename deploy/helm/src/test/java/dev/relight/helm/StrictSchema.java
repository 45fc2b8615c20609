package dev.relight.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds in a manifest what its type does not know, and values of a wrong type. */
final class StrictSchema {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
          Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class),
          Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
          // Of v1beta2, from which v1 differs in what it leaves out.
          Map.entry("kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class),
          Map.entry("kafka.strimzi.io/v1/KafkaUser", KafkaUser.class));

  private static final JsonMapper MAPPER = mapper();

  private StrictSchema() {}

  static boolean knows(JsonNode manifest) {
    return TYPES.containsKey(type(manifest));
  }

  static String type(JsonNode manifest) {
    return manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
  }

  /** What is wrong, a line each. */
  static List<String> check(JsonNode manifest) {
    List<String> wrong = new ArrayList<>();
    try {
      findUnknown(MAPPER.treeToValue(manifest, TYPES.get(type(manifest))), type(manifest), wrong);
    } catch (JsonProcessingException e) {
      wrong.add(type(manifest) + ": " + e.getOriginalMessage());
    }
    return wrong;
  }

  /** The models keep what they do not know in a map, at every level. */
  private static void findUnknown(Object value, String path, List<String> wrong) {
    if (value instanceof Collection<?> elements) {
      elements.forEach(element -> findUnknown(element, path + "[]", wrong));
    } else if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, entry) -> findUnknown(entry, path + "." + key, wrong));
    } else if (value != null && isModel(value.getClass())) {
      for (Method method : value.getClass().getMethods()) {
        if (isGetter(method)) {
          Object got = read(method, value);
          if (method.getName().equals("getAdditionalProperties")) {
            ((Map<?, ?>) got).keySet().forEach(key -> wrong.add(path + "." + key + " is unknown"));
          } else {
            findUnknown(got, path + "." + method.getName().substring(3), wrong);
          }
        }
      }
    }
  }

  private static boolean isModel(Class<?> type) {
    return !type.isEnum()
        && (type.getName().startsWith("io.fabric8.")
            || type.getName().startsWith("io.strimzi.api."));
  }

  private static boolean isGetter(Method method) {
    return method.getName().startsWith("get")
        && method.getParameterCount() == 0
        && !method.isBridge()
        && !java.lang.reflect.Modifier.isStatic(method.getModifiers())
        && !method.getName().equals("getClass");
  }

  private static Object read(Method method, Object value) {
    try {
      return method.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(method.toString(), e);
    }
  }

  private static JsonMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    builder.withCoercionConfig(
        LogicalType.Textual,
        text ->
            text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    return builder.build();
  }
}
