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
