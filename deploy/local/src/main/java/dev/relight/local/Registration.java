package dev.relight.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the inventory of a control plane know the demo hosts as they are now. */
final class Registration {
  private static final String HOSTS = "/api/v2/compute/hosts";
  private static final int CONFLICT = 409;
  private static final String PROFILE = "ocp-agent";

  private final ControlPlane controlPlane;
  private final String credential;

  /**
   * For hosts that workers enter with that credential.
   *
   * @param credential its name in the workers' configuration
   */
  Registration(ControlPlane controlPlane, String credential) {
    this.controlPlane = controlPlane;
    this.credential = credential;
  }

  /** Registers every host, or corrects it, has its agent read, and returns the ids by name. */
  Map<String, Long> register(List<DemoHost> hosts) throws IOException {
    Map<String, JsonNode> known = new HashMap<>();
    JsonNode page = controlPlane.get(HOSTS + "?keyword=demo-&page=1&size=2000");
    page.path("contents").forEach(host -> known.put(host.path("name").asText(), host));
    Map<String, Long> ids = new HashMap<>();
    for (DemoHost host : hosts) {
      ids.put(host.name(), register(host, known.get(host.name())));
    }
    Parallel.forEach(List.copyOf(ids.values()), this::refresh);
    return ids;
  }

  private long register(DemoHost host, JsonNode known) throws IOException {
    if (known == null) {
      return create(host);
    }
    long id = known.path("id").asLong();
    if (hasMoved(host, known)) {
      controlPlane.put(HOSTS + "/" + id, description(host));
    }
    return id;
  }

  private void refresh(long id) throws IOException {
    try {
      controlPlane.post(HOSTS + "/" + id + "/agent/refresh", null);
    } catch (ControlPlane.Refusal refusal) {
      // A task of an earlier run goes on there; it will read the host itself.
      if (refusal.status() != CONFLICT) {
        throw refusal;
      }
    }
  }

  private long create(DemoHost host) throws IOException {
    return controlPlane.post(HOSTS, description(host)).path("id").asLong();
  }

  private static boolean hasMoved(DemoHost host, JsonNode known) {
    return !known.path("innerIpAddress").asText().equals(host.address())
        || known.path("sshPort").asInt() != host.sshPort();
  }

  private Map<String, ?> description(DemoHost host) {
    return Map.of(
        "name", host.name(),
        "innerIpAddress", host.address(),
        "sshPort", host.sshPort(),
        "profile", PROFILE,
        "agentHome", host.agentHome().toString(),
        "credential", credential);
  }
}
