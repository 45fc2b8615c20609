package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.controlplane.task.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads which hosts a batch names: each once, in the order of the request. */
final class HostIds {
  private static final String FIELD = "hostIds";

  /** The spelling of the reference's own sample. */
  private static final String OTHER_SPELLING = "hostids";

  private HostIds() {}

  static List<Long> of(JsonNode body, int limit) {
    JsonNode list = list(body);
    if (list.size() > limit) {
      throw Refusal.of(
          Refusal.Reason.TOO_LARGE,
          "%s names %d hosts; one batch takes at most %d.".formatted(FIELD, list.size(), limit));
    }
    Set<Long> ids = new LinkedHashSet<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() < 1) {
        throw Refusal.malformed(
            "%s[%d]".formatted(FIELD, i), id, "must be a host's id, a whole number above 0");
      }
      ids.add(id.longValue());
    }
    return new ArrayList<>(ids);
  }

  private static JsonNode list(JsonNode body) {
    if (body == null || !body.isObject()) {
      throw Refusal.malformed("body", body, "must be an object such as {\"hostIds\":[1001,1002]}");
    }
    JsonNode one = body.path(FIELD);
    JsonNode other = body.path(OTHER_SPELLING);
    if (!one.isMissingNode() && !other.isMissingNode() && !one.equals(other)) {
      throw Refusal.malformed(FIELD, one, "and " + OTHER_SPELLING + " must not differ; send one");
    }
    JsonNode list = one.isMissingNode() ? other : one;
    if (!list.isArray() || list.isEmpty()) {
      throw Refusal.malformed(
          FIELD,
          list.isMissingNode() ? null : list,
          "must be a list of at least one host id, such as [1001,1002]");
    }
    return list;
  }
}
