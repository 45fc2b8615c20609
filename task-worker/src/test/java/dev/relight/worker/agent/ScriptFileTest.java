package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptFileTest {
  @TempDir Path directory;

  @Test
  void readsCommandsOfAllAndOfSingleProcesses() {
    Script script =
        parse(
            """
            version: [bin/agent, --version]
            start: [bin/agent, start]
            stop: [bin/agent, stop, --home, "{home}"]
            log-home: /var/log/agent
            processes:
              collector: {find: [pgrep, -x, collector], start: [bin/c, up], stop: [bin/c, down]}
              sender: {pid-file: run/sender.pid, program: sender}
            """);
    assertThat(script.start()).containsExactly("bin/agent", "start");
    assertThat(Script.at("/opt/a", script.stop())).endsWith("--home", "/opt/a");
    assertThat(script.logHome()).isEqualTo("/var/log/agent");
    assertThat(script.programs())
        .extracting(Script.Program::alias)
        .containsExactly("collector", "sender");
    assertThat(script.programs())
        .extracting(Script.Program::isOperable)
        .containsExactly(true, false);
    assertThat(script.programs().get(1).find()).endsWith("run/sender.pid", "sender");
  }

  @Test
  void operatesUnitsBySystemctlBehindSudo() {
    Script.Program program =
        new Scripts(Optional::empty).named("node-exporter").orElseThrow().programs().get(0);
    assertThat(program.start())
        .containsExactly("sudo", "-n", "--", "systemctl", "start", "node_exporter.service");
    assertThat(program.stop())
        .containsExactly("sudo", "-n", "--", "systemctl", "stop", "node_exporter.service");
    assertThat(program.find()).startsWith("systemctl", "show").endsWith("node_exporter.service");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                        | must be a mapping with the key 'processes'
          sudo: true                                                | 'processes' must name at least one process
          {proceses: {}}                                            | 'proceses' is not known; known are log-home, processes, start, stop, sudo, version
          {processes: {a: {unit: a.service}}, sudo: perhaps}        | 'sudo' must be true or false
          {processes: {a: {unit: a.timer}}}                         | 'processes.a.unit' must be the name of a unit, as in 'node_exporter.service'
          {processes: {a: {unit: --all.service}}}                   | 'processes.a.unit' must be the name of a unit
          {processes: {a: {unit: a.service, find: [x]}}}            | 'processes.a' must have exactly one of 'unit', 'find' and 'pid-file'
          {processes: {a: {unit: a.service, start: [x], stop: [x]}}} | 'processes.a.start' must not stand beside 'unit'
          {processes: {a: {find: [x]}}}                             | 'processes.a' must have 'start' and 'stop', as there are none at the top
          {processes: {a: {find: [x], start: [x]}}}                 | 'processes.a' must have both 'start' and 'stop'
          {start: [x], processes: {a: {find: [x]}}}                 | must have both 'start' and 'stop'
          {start: [x], stop: [x], processes: {a: {pid-file: x}}}    | 'processes.a' must have 'pid-file' and 'program' together
          {start: x y, stop: [x], processes: {a: {find: [x]}}}      | 'start' must be a list of arguments, as in '[bin/agent, start]'; no shell
          {start: [x, 1], stop: [x], processes: {a: {find: [x]}}}   | 'start[1]' must be text: put it in quotes
          {start: ["-x"], stop: [x], processes: {a: {find: [x]}}}   | 'start[0]' must be the program to run
          {start: [x], stop: [x], processes: {"a b": {find: [x]}}}  | 'processes.a b' must have a name of 1 to 64 letters
          {start: [x], start: [y]}                                  | line 1 is not YAML: Duplicate field 'start'
          {start: [x                                                | is not YAML
          """)
  void saysWhatIsWrongWithAFileAndWhatIsRight(String text, String complaint) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ScriptFile.Malformed.class)
        .hasMessageStartingWith("Profile mine.yaml: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void loadsTheFilesOfADirectoryBesideThoseBuiltIn() throws Exception {
    file("mine.yaml", "{processes: {a: {unit: a.service}}}");
    file("node-exporter.yaml", "{processes: {n: {unit: prometheus-node-exporter.service}}}");
    file("README", "not a profile");
    Scripts scripts = new Scripts(() -> Optional.of(directory));
    assertThat(scripts.names()).containsExactly("mine", "node-exporter");
    assertThat(scripts.named("node-exporter").orElseThrow().programs().get(0).find())
        .endsWith("prometheus-node-exporter.service");
  }

  @Test
  void refusesADirectoryWithAFileThatIsWrong() throws Exception {
    Path file = file("mine.yaml", "processes: {a: {unit: nonsense}}");
    assertThatThrownBy(() -> new Scripts(() -> Optional.of(directory)))
        .hasMessage(
            "Profile %s: 'processes.a.unit' must be the name of a unit, as in 'node_exporter.service'"
                .formatted(file));
    Files.delete(file);
    file("ocp-agent.yaml", "{processes: {a: {unit: a.service}}}");
    assertThatThrownBy(() -> new Scripts(() -> Optional.of(directory)))
        .hasMessageEndingWith("must not be called as a built-in one");
    assertThatThrownBy(() -> new Scripts(() -> Optional.of(directory.resolve("missing"))))
        .hasMessageContaining("'relight.profiles.directory' must be a directory");
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Script parse(String text) {
    return ScriptFile.parse("mine", "mine.yaml", text);
  }
}
