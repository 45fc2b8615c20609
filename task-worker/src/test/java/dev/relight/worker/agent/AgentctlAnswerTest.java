package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.worker.transport.FencedHost.Output;
import org.junit.jupiter.api.Test;

class AgentctlAnswerTest {
  private static final String OK = "{\"successful\":true,\"message\":\"ok\",\"error\":\"\"}";

  @Test
  void isReadFromTheOutput() {
    AgentctlAnswer answer = parse(0, OK, "");
    assertThat(answer.successful()).isTrue();
    assertThat(answer.message().asText()).isEqualTo("ok");
    assertThat(answer.code()).isEmpty();
  }

  @Test
  void isReadFromTheErrorsWithItsCode() {
    AgentctlAnswer answer =
        parse(
            255,
            "",
            "{\"successful\":false,\"message\":null,\"error\":\"Module=agent, kind=UNEXPECTED,"
                + " code=fetch_admin_lock_failed; somebody\\nmore\"}");
    assertThat(answer.successful()).isFalse();
    assertThat(answer.code()).isEqualTo("fetch_admin_lock_failed");
  }

  @Test
  void isFoundAmongOtherLines() {
    assertThat(parse(0, "warning: {x}\n{broken\n" + OK + "\nbye", "").successful()).isTrue();
    assertThat(parse(0, "{\"other\":1}\n", "note\n" + OK).successful()).isTrue();
  }

  @Test
  void isNotGuessedFromTheExitCode() {
    assertThatThrownBy(() -> parse(255, "", "\nconnection reset\nmore"))
        .isInstanceOf(OperationFailed.class)
        .hasMessage("agentctl gave no answer (exit 255): connection reset");
    assertThatThrownBy(() -> parse(0, "", ""))
        .hasMessage("agentctl gave no answer (exit 0): it said nothing");
  }

  private static AgentctlAnswer parse(int code, String output, String errors) {
    return AgentctlAnswer.parse(new Output(code, output, errors), new ObjectMapper().reader());
  }
}
