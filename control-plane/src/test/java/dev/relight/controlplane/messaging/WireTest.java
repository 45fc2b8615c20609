package dev.relight.controlplane.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.TaskStatus;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WireTest {
  private final Wire wire = new Wire(new ObjectMapper().findAndRegisterModules());

  /** Whatever else were thrown would end the reading of the topic for good. */
  @Test
  void saysOfNonsenseThatItCannotBeRead() {
    for (String nonsense : List.of("", "no JSON", "null", "[]", "1", "\"\"", "{}", "{\"a\":1}")) {
      byte[] value = nonsense.getBytes(UTF_8);
      cannotBeRead(nonsense, () -> wire.report(value));
      cannotBeRead(nonsense, () -> wire.heartbeat(value));
      cannotBeRead(nonsense, () -> wire.sighting(value));
      cannotBeRead(nonsense, () -> wire.taskEvent(value));
    }
  }

  /** The engine would fail at it, again and again. */
  @Test
  void saysOfAReportThatLacksSomethingThatItCannotBeRead() throws Exception {
    String report =
        """
        {"taskId":7,"subtaskId":8,"attempt":1,"fence":9,"worker":"w","type":"SUCCEEDED",
         "at":"2026-01-01T00:00:00Z","log":[],
         "observed":{"running":true,"processes":[{"alias":"ocp_agentd","running":true}]}}
        """;
    assertThat(wire.report(report.getBytes(UTF_8)).observed().processes()).hasSize(1);
    for (String part :
        List.of(
            "\"worker\":\"w\",",
            "\"type\":\"SUCCEEDED\",",
            "\"at\":\"2026-01-01T00:00:00Z\",",
            ",\"processes\":[{\"alias\":\"ocp_agentd\",\"running\":true}]",
            "\"alias\":\"ocp_agentd\",")) {
      assertThat(report).contains(part);
      byte[] lacking = report.replace(part, "").getBytes(UTF_8);
      cannotBeRead("without " + part, () -> wire.report(lacking));
    }
  }

  @Test
  void saysOfNothingThatItCannotBeRead() {
    cannotBeRead("nothing", () -> wire.report(null));
    cannotBeRead("nothing", () -> wire.heartbeat(null));
    cannotBeRead("nothing", () -> wire.sighting(null));
    cannotBeRead("nothing", () -> wire.taskEvent(null));
  }

  @Test
  void readsAnEventWithMembersThatItDoesNotKnow() throws Exception {
    String text = "{\"taskId\":7,\"status\":\"FAILED\",\"later\":[]}";
    assertThat(wire.taskEvent(text.getBytes(UTF_8)).status()).isEqualTo(TaskStatus.FAILED);
  }

  private static void cannotBeRead(String what, ThrowingCallable read) {
    assertThatIOException().as(what).isThrownBy(read);
  }
}
