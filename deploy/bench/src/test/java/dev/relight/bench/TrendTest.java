package dev.relight.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
  @Test
  void whatSwingsAroundTheSameValueIsFlat() {
    List<Double> samples =
        IntStream.range(0, 60).mapToObj(i -> 100.0 + (i % 2 == 0 ? 10 : -10)).toList();

    assertThat(Trend.of(samples).isFlat()).isTrue();
  }

  @Test
  void whatGrowsIsNot() {
    List<Double> samples = IntStream.range(0, 60).mapToObj(i -> 100.0 + 2 * i).toList();

    assertThat(Trend.of(samples).isFlat()).isFalse();
  }

  @Test
  void whatGrowsOnlyWhileItIsWarmingUpIsFlat() {
    List<Double> samples = IntStream.range(0, 60).mapToObj(i -> i < 15 ? 10.0 * i : 150.0).toList();

    assertThat(Trend.of(samples).isFlat()).isTrue();
  }

  @Test
  void aFewSamplesHaveNoTrend() {
    assertThatThrownBy(() -> Trend.of(List.of(1.0, 2.0))).hasMessageContaining("four samples");
  }
}
