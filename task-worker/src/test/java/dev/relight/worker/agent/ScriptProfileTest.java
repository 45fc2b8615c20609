package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.LoopbackHost;
import dev.relight.worker.transport.Pids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that are operated by the commands of a file: real processes, over real SSH. */
class ScriptProfileTest {
  private static final String SCRIPT =
      """
      version: [echo, "7.1"]
      processes:
        sender:
          find: [control, find, sender]
          start: [control, start, sender]
          stop: [control, stop, sender]
          explain: [cat, sender.log]
        reader:
          find: [control, find, reader]
          start: [control, start, reader]
          stop: [control, stop, reader]
      """;

  @TempDir Path directory;
  @TempDir Path scripts;
  private LoopbackHost host;
  private Commands commands;
  private OperationLog log;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory);
    host.install("control", Resources.text("control"));
    commands = new Commands(host.targetOf("mine"));
    Files.writeString(scripts.resolve("mine.yaml"), SCRIPT);
  }

  @AfterEach
  void stop() throws Exception {
    for (String name : List.of("sender", "reader")) {
      new ProcessBuilder("bin/control", "stop", name)
          .directory(host.home().toFile())
          .start()
          .waitFor();
    }
    host.close();
  }

  @Test
  void restartsAnAgentAndSeesItAnew() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    AgentState before = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    assertThat(before.running()).isTrue();
    assertThat(before.version()).isEqualTo("7.1");
    assertThat(before.processes())
        .allSatisfy(
            process -> {
              assertThat(process.pid()).isPositive();
              assertThat(process.startedAt())
                  .isBetween(
                      before.observedAt().minusSeconds(30), before.observedAt().plusSeconds(1));
              assertThat(process.startCommand()).isEqualTo("sleep 600");
              assertThat(process.operable()).isTrue();
            });
    perform(commands.of(SubtaskKind.RESTART_PROXY, before));
    assertThat(log.drain()).anyMatch(line -> line.contains("no proxy process"));
    AgentState stopped = perform(commands.of(SubtaskKind.STOP_ALL, before));
    assertThat(stopped.running()).isFalse();
    assertThat(before.processes()).noneMatch(process -> Pids.isAlive(process.pid()));
    AgentState after = perform(commands.of(SubtaskKind.START_ALL, before));
    assertThat(after.processes()).hasSize(2).allMatch(ProcessState::running);
    assertThat(Processes.pids(after)).doesNotContainAnyElementsOf(Processes.pids(before));
    assertThat(calls())
        .containsExactly(
            "start sender",
            "start reader",
            "stop reader",
            "stop sender",
            "start sender",
            "start reader");
  }

  @Test
  void doesNothingTwiceWhenItIsTakenOver() throws Exception {
    SubtaskCommand first = commands.of(SubtaskKind.START_ALL);
    perform(first);
    perform(commands.again(first));
    assertThat(calls()).containsExactly("start sender", "start reader");
  }

  @Test
  void isTurnedAwayWhenANewerAttemptWasThere() {
    SubtaskCommand old = commands.of(SubtaskKind.START_ALL);
    perform(commands.of(SubtaskKind.PREPARE_RESTART));
    assertFails(old, "superseded");
  }

  @Test
  void restartsOneProcessAlsoWhenNothingRuns() throws Exception {
    perform(commands.process(SubtaskKind.RESTART_PROCESS, "reader"));
    AgentState once = perform(commands.process(SubtaskKind.RESTART_PROCESS, "reader"));
    assertThat(Processes.running(once)).extracting(ProcessState::alias).containsExactly("reader");
    assertThat(perform(commands.process(SubtaskKind.STOP_PROCESS, "reader")).running()).isFalse();
    assertThat(calls())
        .containsExactly("start reader", "stop reader", "start reader", "stop reader");
  }

  @Test
  void saysWhichCommandFailedAndHow() throws Exception {
    file("fail-reader", "");
    assertFails(
        commands.of(SubtaskKind.START_ALL),
        "'control start reader' failed with exit status 3: no luck with reader");
  }

  @Test
  void saysWhatTheHostSaysOfAProcessThatExitsAtOnce() throws Exception {
    file("quick-sender", "");
    assertFails(
        commands.of(SubtaskKind.START_ALL),
        "sender does not run. The host says: bad configuration");
  }

  @Test
  void failsWhenAProcessRunsTwice() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    file("immortal-sender", "");
    assertThatThrownBy(() -> perform(commands.process(SubtaskKind.RESTART_PROCESS, "sender")))
        .hasMessageMatching("sender runs twice: .*");
    Files.delete(host.home().resolve("immortal-sender"));
  }

  @Test
  void failsToStopWhenAProcessSurvives() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    file("immortal-sender", "");
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.STOP_ALL)))
        .hasMessageMatching("Still alive after the stop: sender \\(pid \\d+\\)");
    Files.delete(host.home().resolve("immortal-sender"));
  }

  @Test
  void doesNotTakeAStrangerForTheProcessOfAStalePidFile() throws Exception {
    script(
        "{start: [\"true\"], stop: [\"true\"], processes: {a: {pid-file: a.pid, program: fluent-bit}}}");
    file("a.pid", Long.toString(ProcessHandle.current().pid()));
    assertThat(perform(commands.of(SubtaskKind.REFRESH)).running()).isFalse();
    script(
        "{start: [\"true\"], stop: [\"true\"], processes: {a: {pid-file: a.pid, program: java}}}");
    assertThat(perform(commands.of(SubtaskKind.REFRESH)).running()).isTrue();
  }

  @Test
  void takesNoOldProcessForNewWhenTheClockOfTheHostIsSet() throws Exception {
    perform(commands.of(SubtaskKind.START_ALL));
    AgentState before = perform(commands.of(SubtaskKind.PREPARE_RESTART));
    // An hour later, as far as the host can tell.
    host.install("sed", "#!/bin/sh\nn=$(/usr/bin/env -i /bin/sed \"$@\")\necho $((n + 3600))\n");
    script(SCRIPT.replace("control, start", "echo, start"));
    AgentState now = perform(commands.of(SubtaskKind.REFRESH));
    assertThat(now.processes().get(0).startedAt())
        .isAfter(before.processes().get(0).startedAt().plusSeconds(3_000));
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL, before)))
        .hasMessageContaining(before.processes().get(0).alias())
        .hasMessageContaining("pid " + before.processes().get(0).pid());
    Files.delete(host.home().resolve("bin/sed"));
  }

  @Test
  void saysWhenItCannotFindOutWhetherAProcessRuns() throws Exception {
    script("{start: [\"true\"], stop: [\"true\"], processes: {a: {find: [echo, nonsense]}}}");
    assertFails(
        commands.of(SubtaskKind.REFRESH),
        "The command that finds a must print process ids, not 'nonsense'");
    script("{start: [\"true\"], stop: [\"true\"], processes: {a: {find: [no-such-program]}}}");
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.REFRESH)))
        .hasMessageStartingWith("Whether a runs cannot be found out (exit status 127): ");
  }

  @Test
  void handsOnArgumentsAsTheyAre() throws Exception {
    script(
        """
        start: [record, "a b", "it's", "$(touch pwned)", "`touch pwned`", "; touch pwned", "-rf", "--",
                "a\\nb", "*", "", "{home}", "\\\\", "\\"", "$HOME", "#x"]
        stop: ["true"]
        processes: {a: {find: ["true"]}}
        """);
    host.install("record", "#!/bin/sh\nprintf '%s\\001' \"$@\" >recorded\nexit 9\n");
    assertThatThrownBy(() -> perform(commands.of(SubtaskKind.START_ALL)))
        .hasMessageContaining("exit status 9");
    assertThat(Files.readString(host.home().resolve("recorded")).split("\001"))
        .containsExactly(
            "a b",
            "it's",
            "$(touch pwned)",
            "`touch pwned`",
            "; touch pwned",
            "-rf",
            "--",
            "a\nb",
            "*",
            "",
            host.home().toString(),
            "\\",
            "\"",
            "$HOME",
            "#x");
    assertThat(host.home().resolve("pwned")).doesNotExist();
  }

  @Test
  void letsNoNameOfARequestBecomeACommand() {
    for (String name : List.of("$(touch pwned)", "a'b", "a\nb", "-rf", "--", "../x", "")) {
      assertThatThrownBy(() -> perform(commands.process(SubtaskKind.RESTART_PROCESS, name)))
          .isInstanceOf(OperationFailed.class)
          .hasMessageContaining("The agent has no process '" + name + "'");
    }
    assertThat(host.home().resolve("pwned")).doesNotExist();
    assertThat(host.home().resolve("calls")).content().doesNotContain("start", "stop");
  }

  @Test
  void operatesAUnitOfSystemd() throws Exception {
    script("{sudo: true, processes: {node_exporter: {unit: node_exporter.service}}}");
    host.install("sudo", "#!/bin/sh\n[ \"$1 $2\" = '-n --' ] || exit 1\nshift 2\nexec \"$@\"\n");
    host.install(
        "systemctl",
        """
        #!/bin/sh
        case $1 in
          show) control find unit || echo 0 ;;
          *) [ "$2" = node_exporter.service ] && control "$1" unit ;;
        esac
        """);
    AgentState started = perform(commands.of(SubtaskKind.START_ALL));
    assertThat(Processes.running(started))
        .extracting(ProcessState::alias)
        .containsExactly("node_exporter");
    assertThat(perform(commands.of(SubtaskKind.STOP_ALL, started)).running()).isFalse();
  }

  @Test
  void saysWhatIsToBeAllowedWhenSudoRefuses() throws Exception {
    script("{sudo: true, processes: {node_exporter: {unit: node_exporter.service}}}");
    host.install("sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n");
    host.install("systemctl", "#!/bin/sh\necho 0\n");
    assertFails(
        commands.of(SubtaskKind.START_ALL),
        "'sudo -n -- systemctl start node_exporter.service' failed with exit status 1: sudo: a"
            + " password is required. Let the SSH user run just this without being asked, in sudoers");
  }

  private void assertFails(SubtaskCommand command, String message) {
    assertThatThrownBy(() -> perform(command))
        .isInstanceOf(OperationFailed.class)
        .hasMessage(message);
  }

  private AgentState perform(SubtaskCommand command) {
    log = new OperationLog(Clock.systemUTC(), 10_000, 1 << 20);
    Profile profile =
        new ScriptProfile(
            host.transport(), new Scripts(() -> Optional.of(scripts)), Watching.BRIEFLY);
    return profile.perform(command, log).await().atMost(Duration.ofSeconds(60));
  }

  private void script(String yaml) throws IOException {
    Files.writeString(scripts.resolve("mine.yaml"), yaml);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(host.home().resolve("calls")).stream()
        .filter(call -> !call.startsWith("find"))
        .toList();
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(host.home().resolve(name), content);
  }
}
