package dev.relight.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Collectors;

/** What a person is told once the system runs: where it is, and three things to try. */
final class Welcome {
  private static final String HOSTS = "/api/v2/compute/hosts";

  private final LocalSystem system;

  Welcome(LocalSystem system) {
    this.system = system;
  }

  String text() throws IOException {
    String address = system.controlPlanes().get(0).uri().toString();
    String curl = "curl -s -u " + quoted(LocalSystem.ADMIN + ":" + system.password());
    String base = address + HOSTS;
    return """

        Relight runs: %s
          user      %s
          password  %s
          logs      %s
          kafka     %s

        Its hosts:
          %s '%s'

        Restart one process, and wait for it:
          %s -X POST '%s'

        Restart the agents of all of them:
          %s -H 'Content-Type: application/json' -d '{"hostIds":[%s]}' '%s/batchRestartAgents'

        Ctrl-C ends all of it.
        """
        .formatted(
            address,
            LocalSystem.ADMIN,
            system.password(),
            system.data().resolve("logs"),
            system.bootstrapServers(),
            curl,
            base,
            curl,
            base + pathOfAProcess() + "/restart",
            curl,
            hostIds(),
            base);
  }

  private String hostIds() {
    return system.hosts().stream()
        .map(host -> Long.toString(system.idOf(host)))
        .collect(Collectors.joining(","));
  }

  private String pathOfAProcess() throws IOException {
    String path = "/" + system.idOf(system.hosts().get(0)) + "/agent/processes";
    for (JsonNode process : system.controlPlane().get(HOSTS + path).path("contents")) {
      if (process.path("operable").asBoolean()) {
        return path + "/" + process.path("id").asLong();
      }
    }
    throw new IOException("No process of the first host can be operated");
  }

  /** For a shell. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
