package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.controlplane.task.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostIdsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hostIds\":[2,1]}",
        "{\"hostids\":[2,1]}",
        "{\"hostIds\":[2,1],\"hostids\":[2,1],\"more\":{}}"
      })
  void bothSpellingsAreRead(String body) {
    assertThat(read(body, 10)).containsExactly(2L, 1L);
  }

  @Test
  void eachHostCountsOnceWhereItCameFirst() {
    assertThat(read("{\"hostIds\":[3,1,3,2,1]}", 10)).containsExactly(3L, 1L, 2L);
  }

  @Test
  void namesTheElementThatIsWrong() {
    assertThatThrownBy(() -> read("{\"hostIds\":[1,\"2\"]}", 10))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.MALFORMED);
              assertThat(refusal.fields().get(0).field()).isEqualTo("hostIds[1]");
            });
  }

  @Test
  void aBatchHasALimit() {
    assertThat(read("{\"hostIds\":[1,2]}", 2)).hasSize(2);
    assertThatThrownBy(() -> read("{\"hostIds\":[1,2,3]}", 2))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_LARGE));
  }

  private static List<Long> read(String body, int limit) {
    try {
      return HostIds.of(new ObjectMapper().readTree(body), limit);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
