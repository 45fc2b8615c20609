package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void hasDefaultsForEverything() throws Exception {
    assertThat(Options.parse()).isEqualTo(new Options(null, 8080, 3, 1, 1, true));
  }

  @Test
  void takesValuesInBothForms() throws Exception {
    Options options =
        Options.parse(
            "--data",
            "/var/relight",
            "--port=9000",
            "--hosts",
            "20",
            "--workers=3",
            "--control-planes",
            "2");
    assertThat(options).isEqualTo(new Options(Path.of("/var/relight"), 9000, 20, 3, 2, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port",
        "--port=http",
        "--port=0",
        "--port=65536",
        "--hosts=-1",
        "--data=",
        "--colour=red",
        "start"
      })
  void tellsWhatIsWrong(String argument) {
    String option = argument.replaceAll("=.*", "");
    assertThatThrownBy(() -> Options.parse(argument))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(option)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesMoreControlPlanesThanPorts() {
    assertThatThrownBy(() -> Options.parse("--port=65535", "--control-planes=2"))
        .isInstanceOf(StartFailure.class);
  }
}
