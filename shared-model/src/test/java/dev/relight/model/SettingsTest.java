package dev.relight.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private final Settings settings = new Settings();

  @Test
  void takesWhatItKnows() {
    assertThat(
            complaints(
                Map.of(
                    "relight.worker.slots", "5",
                    "relight.ssh.credentials.dmz.private-key", "/keys/dmz",
                    "relight.ssh.credentials.\"a.b\".user", "relight",
                    "relight.security.login.attempts", "0",
                    "quarkus.http.port", "0")))
        .isEmpty();
  }

  @Test
  void suggestsWhatMayHaveBeenMeantAndTellsNoValue() {
    assertThat(complaints(Map.of("relight.admin.pasword", "secret")))
        .containsExactly(
            "relight.admin.pasword is no setting; did you mean relight.admin.password?");
    assertThat(complaints(Map.of("relight.something.else", "secret")))
        .containsExactly("relight.something.else is no setting");
  }

  @Test
  void namesWhatCannotBeMeant() {
    for (String value : List.of("0", "-1", "0s", "PT0S", "-PT1S", "PT-1S")) {
      assertThat(complaints(Map.of("relight.worker.heartbeat-interval", value)))
          .as(value)
          .containsExactly("relight.worker.heartbeat-interval must be more than 0, not " + value);
    }
    assertThat(complaints(Map.of("relight.security.login.attempts", "-1")))
        .containsExactly("relight.security.login.attempts must not be less than 0, as -1");
  }

  @Test
  void knowsEnvironmentVariablesAndLeavesThoseOfOthers() {
    List<String> variables =
        List.of(
            "RELIGHT_ADMIN_PASSWORD",
            "RELIGHT_SSH_CREDENTIALS_DMZ_PRIVATE_KEY",
            "RELIGHT_CONTROL_PLANE_SERVICE_HOST",
            "RELIGHT_CONTROL_PLANE_SERVICE_PORT_HTTP",
            "RELIGHT_PORT_8080_TCP_ADDR",
            "RELIGHT_WORKER_PORT",
            "RELIGHT_KAFKA_PASSWORD",
            "RELIGHT_WORKER_POOLS",
            "RELIGHT_WORKER_SLOT");
    assertThat(settings.complaints(Map.of(), variables, List.of("RELIGHT_WORKER_POOL*")))
        .containsExactly(
            "The environment variable RELIGHT_WORKER_SLOT is no setting;"
                + " did you mean RELIGHT_WORKER_SLOTS?");
  }

  private List<String> complaints(Map<String, String> given) {
    return settings.complaints(given, List.of(), List.of());
  }
}
