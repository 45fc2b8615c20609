package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
  private static final Scope ANYWHERE = new Scope("demo", Optional.empty(), Optional.empty());

  /** Where clouds answer whoever asks from inside with his machine's credentials. */
  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1"})
  void whatIsNoHostGetsNoCredential(String address) throws Exception {
    InetAddress nobodys = InetAddress.getByName(address);

    assertThatThrownBy(() -> ANYWHERE.check(nobodys))
        .isInstanceOf(HostFailure.class)
        .hasMessageContaining("is not the address of a host");
  }

  @Test
  void aHostInsideOfItsNetworksGetsIt() throws Exception {
    Scope scope = new Scope("demo", Optional.of(List.of("10.0.0.0/8")), Optional.empty());

    assertThatCode(() -> scope.check(InetAddress.getByName("10.1.2.3"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> scope.check(InetAddress.getByName("11.1.2.3")))
        .hasMessageContaining("may not be used for 11.1.2.3");
  }
}
