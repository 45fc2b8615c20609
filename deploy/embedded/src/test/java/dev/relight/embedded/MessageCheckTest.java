package dev.relight.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check finds what it is there for. */
class MessageCheckTest {
  private static final String GOOD =
      "{\"acknowledged\":{\"w\":1},\"cancel\":[{\"subtaskId\":1,\"fence\":2}],\"withdraw\":[],\"looks\":{}}";

  @Test
  void letsPassWhatIsAsDescribed() {
    assertThatCode(() -> check("x.worker-control", GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'\"cancel\"'; '\"stop\"'",
        "'\"w\":1'; '\"w\":\"1\"'",
        "'\"fence\":2'; '\"fence\":2,\"more\":1'",
        "'\"fence\":2'; '\"fence\":null'",
        // By the schema it might be.
        "',\"withdraw\":[]'; ''",
        "'\"looks\":{}'; '\"looks\":null'"
      })
  void findsWhatIsMissingWrongOrNotDescribed(String right, String wrong) {
    assertThatThrownBy(() -> check("x.worker-control", GOOD.replace(right, wrong)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void knowsEveryTopicAndNoOther() {
    for (String topic :
        List.of(
            "x.subtask-commands",
            "x.subtask-commands.pool",
            "x.subtask-reports",
            "x.worker-heartbeats",
            "x.task-status",
            "x.subtask-status",
            "x.subtask-reports.dlq")) {
      assertThatThrownBy(() -> check(topic, "{}")).hasMessageContaining("required property");
    }
    assertThatThrownBy(() -> check("x.else", "{}")).hasMessageContaining("no schema");
  }

  private static void check(String topic, String value) {
    MessageCheck.check(topic, List.<Header>of(), value.getBytes(UTF_8));
  }
}
