package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyBytesTest {
  private final EarlyBytes bytes = new EarlyBytes(100);

  @Test
  void anAddressHasAtMostHalf() {
    assertThat(bytes.take("a", 50)).isTrue();
    assertThat(bytes.take("a", 1)).isFalse();
    assertThat(bytes.take("b", 50)).isTrue();
    assertThat(bytes.take("c", 1)).isFalse();
  }

  @Test
  void whatIsGivenBackIsThereForAll() {
    bytes.take("a", 30);
    bytes.take("a", 20);
    bytes.take("b", 50);

    bytes.giveBack("a", 20);
    assertThat(bytes.take("c", 20)).isTrue();
    bytes.giveBack("a", 30);
    assertThat(bytes.take("a", 50)).isFalse();
    assertThat(bytes.take("a", 30)).isTrue();
  }

  @Test
  void whatIsRefusedIsNotCounted() {
    assertThat(bytes.take("a", 51)).isFalse();
    assertThat(bytes.take("a", 50)).isTrue();
  }
}
