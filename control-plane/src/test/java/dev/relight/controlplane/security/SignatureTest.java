package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "OCP-ACCESS-KEY-HMACSHA1",
        "OCP-ACCESS-KEY-HMACSHA1 ",
        "OCP-ACCESS-KEY-HMACSHA1 AK",
        "OCP-ACCESS-KEY-HMACSHA1 AK:",
        "OCP-ACCESS-KEY-HMACSHA1 :XN8P+O+v3vUabB16ZCooq5wMJoY=",
        "OCP-ACCESS-KEY-HMACSHA1 AK:XN8P+O+v3vUabB16ZCooq5wMJoY",
        "OCP-ACCESS-KEY-HMACSHA1 AK:XN8P+O+v3vUabB16ZCooq5wMJoY==",
        "OCP-ACCESS-KEY-HMACSHA1 AK:XN8P-O-v3vUabB16ZCooq5wMJoY=",
        "OCP-ACCESS-KEY-HMACSHA1 A K:XN8P+O+v3vUabB16ZCooq5wMJoY=",
      })
  void whatIsNotWellWrittenIsClaimedButNotRead(String header) {
    assertThat(Signature.isClaimedBy(header)).isTrue();
    assertThat(Signature.of(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic x", "Bearer x", "OCP-ACCESS-KEY-HMACSHA256 A:x", "OCP"})
  void otherSchemesAreLeftToOthers(String header) {
    assertThat(Signature.isClaimedBy(header)).isFalse();
  }
}
