package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellQuotingTest {
  @Test
  void leavesNothingForTheShellToMakeSenseOf() throws Exception {
    List<String> hostile =
        List.of(
            "", " ", "a b", "'", "''", "\"", "\\", "\\'", "$HOME", "$(id)", "`id`", "a;id", "a&id",
            "a|id", ">x", "*", "~", "#", "!", "-n", "\n", "\t", "a\nb", "é ☃");
    List<String> line = new ArrayList<>(List.of("printf", "%s\u0001"));
    line.addAll(hostile);
    Process shell = new ProcessBuilder("sh", "-c", ShellQuoting.commandLine(line)).start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).isEqualTo(String.join("\u0001", hostile) + "\u0001");
  }

  @Test
  void refusesAZeroByte() {
    assertThatThrownBy(() -> ShellQuoting.commandLine(List.of("a\0b")))
        .isInstanceOf(HostFailure.class);
  }
}
