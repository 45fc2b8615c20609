package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenCallerTest {
  @Test
  void aSubjectHasAnIdOfItsOwn() {
    long alice = TokenCaller.id("https://issuer.example", "alice");

    assertThat(alice).isBetween(-(1L << 52), -1L);
    assertThat(TokenCaller.id("https://issuer.example", "alice")).isEqualTo(alice);
    assertThat(TokenCaller.id("https://issuer.example", "bob")).isNotEqualTo(alice);
    assertThat(TokenCaller.id("https://other.example", "alice")).isNotEqualTo(alice);
  }
}
