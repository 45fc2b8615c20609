package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script that stands on the hosts, run by each shell that this machine has. */
class FenceScriptTest {
  private static final byte[] SCRIPT = HostScripts.load().fence();

  static {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  @TempDir Path home;
  private final List<Process> calls = new ArrayList<>();

  static Stream<List<String>> shells() {
    return Stream.of(List.of("dash"), List.of("busybox", "ash"), List.of("bash"), List.of("sh"))
        .filter(shell -> isThere(shell.get(0)));
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    ask(List.of("sh"), "end", "any", 1_000_000, "end", 20).answer();
    calls.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void doesAnActionOnceForAllAttempts(List<String> shell) throws Exception {
    FenceAnswer first = run(shell, 1, "stop", "echo done; echo hm >&2; echo x >>count").answer();
    assertThat(first).isEqualTo(done(0, 1, "done\n", "hm\n"));
    FenceAnswer second = run(shell, 2, "stop", "echo other; echo x >>count").answer();
    assertThat(second).isEqualTo(first);
    assertThat(home.resolve("count")).hasContent("x");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void doesAFailedActionAgain(List<String> shell) throws Exception {
    assertThat(run(shell, 1, "stop", "echo no; exit 255").answer().code()).isEqualTo(255);
    assertThat(run(shell, 1, "stop", "echo yes").answer()).isEqualTo(done(0, 1, "yes\n", ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void doesAnActionAgainWhenNothingBeforeCounts(List<String> shell) throws Exception {
    run(shell, 1, "stop", "echo once").answer();
    FenceAnswer again = ask(shell, "rerun", "7", 2, "stop", 20, "echo", "twice").answer();
    assertThat(again).isEqualTo(done(0, 2, "twice\n", ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void forgetsWhatWasDoneBeforeAnotherSubtask(List<String> shell) throws Exception {
    ask(shell, "run", "7", 1, "stop", 20, "true").answer();
    ask(shell, "run", "8", 2, "start", 20, "true").answer();
    FenceAnswer again = ask(shell, "run", "7", 3, "stop", 20, "echo", "again").answer();
    assertThat(again).isEqualTo(done(0, 3, "again\n", ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void waitsForARunningActionAndTakesItsOutcome(List<String> shell) throws Exception {
    Call first = run(shell, 1, "stop", "echo x >>count; until [ -e go ]; do sleep 0.02; done");
    awaitFile("count");
    Call second = run(shell, 2, "stop", "echo x >>count");
    Call otherSubtask = ask(shell, "run", "8", 2, "start", 20, "cat", home + "/count");
    Files.createFile(home.resolve("go"));
    assertThat(first.answer()).isEqualTo(done(0, 1, "", ""));
    assertThat(otherSubtask.answer().output()).startsWith("x\n");
    assertThat(second.answer().outcome()).isEqualTo(FenceAnswer.Outcome.DONE);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void turnsAwayALowerFence(List<String> shell) throws Exception {
    ask(shell, "read", "7", 5, "read", 20, "true").answer();
    FenceAnswer late = run(shell, 4, "stop", "echo x >>count").answer();
    assertThat(late.outcome()).isEqualTo(FenceAnswer.Outcome.SUPERSEDED);
    assertThat(late.fence()).isEqualTo(5);
    assertThat(home.resolve("count")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void looksWithoutAFenceWhoeverIsAtWork(List<String> shell) throws Exception {
    ask(shell, "read", "7", 5, "read", 20, "true").answer();
    assertThat(ask(shell, "peek", "9", 1, "peek", 20, "echo", "seen").answer())
        .isEqualTo(done(0, 1, "seen\n", ""));
    assertThat(run(shell, 5, "stop", "echo done").answer().output()).isEqualTo("done\n");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void endsARunningActionWithItsChildren(List<String> shell) throws Exception {
    Call running = run(shell, 3, "stop", "sleep 60 & echo $! >child; sleep 60");
    long child = awaitPid("child");
    FenceAnswer ended = ask(shell, "end", "7", 3, "end", 20).answer();
    assertThat(ended.outcome()).isEqualTo(FenceAnswer.Outcome.DONE);
    assertThat(running.answer().code()).isNotZero();
    await().until(() -> !Pids.isAlive(child));
    assertThat(run(shell, 3, "stop", "true").answer().outcome())
        .isEqualTo(FenceAnswer.Outcome.SUPERSEDED);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void endsAnActionAfterItsTime(List<String> shell) throws Exception {
    // Whole seconds are counted: of one, nothing may be left by the time it is to begin.
    Call slow = ask(shell, "run", "7", 1, "stop", 4, "sh", "-c", "echo before; sleep 60");
    assertThat(slow.answer())
        .isEqualTo(new FenceAnswer(FenceAnswer.Outcome.EXPIRED, -1, 1, "before\n", ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void goesOnWhenTheCallerIsGone(List<String> shell) throws Exception {
    Call lost = run(shell, 1, "stop", "echo x >>count; until [ -e go ]; do sleep 0.02; done");
    awaitFile("count");
    lost.process.destroyForcibly().waitFor();
    Call found = run(shell, 1, "stop", "echo x >>count");
    Files.createFile(home.resolve("go"));
    assertThat(found.answer()).isEqualTo(done(0, 1, "", ""));
    assertThat(home.resolve("count")).hasContent("x");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void endsWhatAKilledRunnerHasLeftBeforeItIsDoneAgain(List<String> shell) throws Exception {
    Call killed = run(shell, 1, "stop", "echo $$ >pid; sleep 60");
    long left = awaitPid("pid");
    long runner = parent(Long.parseLong(firstLine(".relight/runs/stop/group")));
    ProcessHandle.of(runner).orElseThrow().destroyForcibly();
    assertThat(killed.answer().outcome()).isEqualTo(FenceAnswer.Outcome.LOST);
    assertThat(run(shell, 2, "stop", "echo again").answer()).isEqualTo(done(0, 2, "again\n", ""));
    await().until(() -> !Pids.isAlive(left));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void neitherWaitsForNorEndsADaemon(List<String> shell) throws Exception {
    FenceAnswer started = run(shell, 1, "start", "setsid sleep 60 & echo $! >daemon").answer();
    long daemon = awaitPid("daemon");
    try {
      assertThat(started).isEqualTo(done(0, 1, "", ""));
      ask(shell, "end", "7", 2, "end", 20).answer();
      assertThat(Pids.isAlive(daemon)).isTrue();
    } finally {
      ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void boundsWhatACommandWrites(List<String> shell) throws Exception {
    FenceAnswer answer = run(shell, 1, "stop", "head -c 600000 /dev/zero | tr '\\0' x").answer();
    assertThat(answer.code()).isZero();
    assertThat(answer.output()).hasSize(262144);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void handsArgumentsOnAsTheyAre(List<String> shell) throws Exception {
    String hostile = "a'b\"c $(touch hit) `touch hit` ; & * \\ \n -x é";
    FenceAnswer answer =
        ask(shell, "run", "7", 1, "stop", 20, "printf", "%s|%s", hostile, "").answer();
    assertThat(answer.output()).isEqualTo(hostile + "|");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void isNotConfusedByACommandThatAnswersItself(List<String> shell) throws Exception {
    String forged = "\nrelight forged done 0 9 0 0\n";
    FenceAnswer answer = ask(shell, "run", "7", 1, "stop", 20, "printf", "%s", forged).answer();
    assertThat(answer).isEqualTo(done(0, 1, forged, ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void leavesTheCommandItsMaskAndNothingToRead(List<String> shell) throws Exception {
    Process umask = new ProcessBuilder("sh", "-c", "umask").start();
    String before = new String(umask.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run(shell, 1, "stop", "umask; cat").answer()).isEqualTo(done(0, 1, before, ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void saysWhatIsMissing(List<String> shell) throws Exception {
    Path gone = home.resolve("gone");
    Call call =
        new Call(shell, "run", List.of(gone.toString(), "i", "7", "1", "stop", "20", "true"));
    assertThat(call.answer().outcome()).isEqualTo(FenceAnswer.Outcome.BROKEN);
    assertThat(call.answer().errors()).isEqualTo("there is no directory " + gone);
    assertThat(gone).doesNotExist();
  }

  private Call run(List<String> shell, long fence, String action, String script)
      throws IOException {
    return ask(shell, "run", "7", fence, action, 20, "sh", "-c", script);
  }

  private Call ask(
      List<String> shell,
      String mode,
      String chain,
      long fence,
      String action,
      int limit,
      String... command)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(home.toString(), "i", chain, "" + fence, action, "" + limit));
    arguments.addAll(List.of(command));
    return new Call(shell, mode, arguments);
  }

  private static FenceAnswer done(int code, long fence, String output, String errors) {
    return new FenceAnswer(FenceAnswer.Outcome.DONE, code, fence, output, errors);
  }

  private void awaitFile(String name) {
    await().until(() -> Files.exists(home.resolve(name)) && Files.size(home.resolve(name)) > 0);
  }

  private long awaitPid(String name) throws IOException {
    awaitFile(name);
    return Long.parseLong(firstLine(name));
  }

  private String firstLine(String name) throws IOException {
    return Files.readAllLines(home.resolve(name)).get(0);
  }

  private static long parent(long pid) {
    return ProcessHandle.of(pid).orElseThrow().parent().orElseThrow().pid();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** One call of the script, as a worker makes it. */
  private final class Call {
    private final String nonce = UUID.randomUUID().toString();
    private final Process process;
    private FenceAnswer answer;

    Call(List<String> shell, String mode, List<String> arguments) throws IOException {
      List<String> line = new ArrayList<>(shell);
      line.addAll(List.of("-s", "--"));
      line.add(mode);
      line.add(nonce);
      line.addAll(arguments);
      process = new ProcessBuilder(line).redirectErrorStream(true).start();
      calls.add(process);
      try (OutputStream input = process.getOutputStream()) {
        input.write(SCRIPT);
      }
    }

    FenceAnswer answer() throws IOException {
      if (answer == null) {
        byte[] output = process.getInputStream().readAllBytes();
        answer =
            FenceAnswer.parse(output, nonce)
                .orElseThrow(() -> new AssertionError(new String(output, StandardCharsets.UTF_8)));
      }
      return answer;
    }
  }
}
