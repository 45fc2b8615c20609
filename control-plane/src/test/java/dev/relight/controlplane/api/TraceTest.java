package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void continuesTheTraceOfTheCaller() {
    String traceparent = "00-" + ID + "-00f067aa0ba902b7-01";

    assertThat(Trace.of(traceparent)).isEqualTo(new Trace(ID, traceparent));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "ff-" + ID + "-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-" + ID + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"
      })
  void beginsATraceWhereThereIsNone(String traceparent) {
    Trace trace = Trace.of(traceparent);

    assertThat(trace.id()).matches("[0-9a-f]{32}").isNotEqualTo(ID);
    assertThat(Trace.of(trace.traceparent())).isEqualTo(trace);
  }
}
