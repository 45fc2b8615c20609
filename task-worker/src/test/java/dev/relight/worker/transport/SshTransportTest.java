package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.relight.embedded.FreePort;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.FencedHost.Output;
import io.smallrye.mutiny.Uni;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshTransportTest {
  @TempDir Path directory;
  private final KeyPair hostKey = LoopbackHost.keyPair();
  private LoopbackHost host;
  private SshTransport transport;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory, hostKey, LoopbackHost.keyPair("RSA", 2048));
    transport = host.transport();
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void runsCommandsOfAHostOverOneConnection() {
    FencedHost fenced = fenced(host.target());
    Output output = new Output(3, "out", "err");
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(fenced.read(List.of("sh", "-c", "printf out; printf err >&2; exit 3"))))
          .isEqualTo(output);
    }
    assertThat(host.connections()).hasSize(1);
  }

  @Test
  void logsInByPassword() {
    assertThat(outcome(fenced(host.target("password")).peek(List.of("echo", "hello"))).output())
        .isEqualTo("hello\n");
  }

  @Test
  void tellsWhichUnknownHostKeyItHasSeen() throws Exception {
    Files.writeString(host.knownHosts(), "");
    String entry =
        "[127.0.0.1]:%d %s".formatted(port(), PublicKeyEntry.toString(hostKey.getPublic()));
    assertThatThrownBy(() -> outcome(fenced(host.target()).peek(List.of("true"))))
        .isInstanceOf(HostFailure.class)
        .hasMessageContaining("is not known")
        .hasMessageContaining("ecdsa-sha2-nistp256")
        .hasMessageContaining(KeyUtils.getFingerPrint(hostKey.getPublic()))
        .hasMessageContaining(entry)
        .hasMessageContaining(host.knownHosts().toString());
    Files.writeString(host.knownHosts(), entry);
    assertThat(outcome(fenced(host.target()).peek(List.of("true"))).code()).isZero();
  }

  @Test
  void refusesAHostWhoseKeyHasChanged() throws Exception {
    host.trust(LoopbackHost.keyPair());
    assertThatThrownBy(() -> outcome(fenced(host.target()).peek(List.of("true"))))
        .hasMessageContaining("has CHANGED");
  }

  @Test
  void refusesARevokedKey() throws Exception {
    String line = Files.readString(host.knownHosts());
    Files.writeString(host.knownHosts(), line + "\n@revoked " + line + "\n");
    assertThatThrownBy(() -> outcome(fenced(host.target()).peek(List.of("true"))))
        .hasMessageContaining("is revoked");
  }

  @Test
  void asksAHostOfSeveralKeysForTheOneThatIsKnown() throws Exception {
    KeyPair known = LoopbackHost.keyPair("RSA", 2048);
    try (LoopbackHost several =
        new LoopbackHost(directory.resolve("several"), LoopbackHost.keyPair(), known)) {
      several.trust(known);
      SshTransport other = several.transport();
      Output output =
          outcome(
              other
                  .hostOf(several.command(1, 1, SubtaskKind.REFRESH))
                  .peek(List.of("echo", "hello")));
      assertThat(output.output()).isEqualTo("hello\n");
    }
  }

  @Test
  void saysWhatIsWrongWithACredential() {
    assertFails("unknown", "The worker has no credential 'unknown'");
    assertFails("elsewhere", "The credential 'elsewhere' may not be used for 127.0.0.1");
    assertFails(
        "otherwise",
        "The credential 'otherwise' may not be used for the profile 'ocp-agent', but for obagent,"
            + " node-exporter");
    assertFails("stranger", "The host does not let in 'stranger' by the credential 'stranger'");
    assertFails(
        "nothing", "The credential 'nothing' has neither a private key nor a password file");
    assertFails(
        "missing",
        "The private key of 'missing' cannot be read from %s: NoSuchFileException"
            .formatted(directory.resolve("missing")));
  }

  @Test
  void readsACredentialAgainForEveryConnection() throws Exception {
    String password = Files.readString(host.passwordFile());
    Files.writeString(host.passwordFile(), "wrong");
    assertFails("password", "The host does not let in 'admin' by the credential 'password'");
    Files.writeString(host.passwordFile(), password);
    assertThat(outcome(fenced(host.target("password")).peek(List.of("true"))).code()).isZero();
  }

  @Test
  void givesUpAHostThatDoesNotAnswer() throws Exception {
    host.goDown();
    assertThatThrownBy(() -> outcome(fenced(host.target()).peek(List.of("true"))))
        .isInstanceOf(HostFailure.class)
        .hasMessageContaining("Cannot connect to 127.0.0.1 port " + port());
  }

  @Test
  void findsAnActionAgainWhoseConnectionWasLost() throws Exception {
    CompletableFuture<Output> output =
        fenced(host.target())
            .act("stop", script("echo x >>count; until [ -e go ]; do sleep 0.05; done; echo done"))
            .subscribeAsCompletionStage();
    Path count = host.home().resolve("count");
    await().until(() -> Files.exists(count));
    host.cutConnections();
    await().until(() -> host.connections().size() > 1);
    Files.createFile(host.home().resolve("go"));
    assertThat(output.get().output()).isEqualTo("done\n");
    assertThat(count).hasContent("x");
  }

  @Test
  void givesUpAHostThatWasLostAndDoesNotComeBack() throws Exception {
    assertThatThrownBy(() -> outcome(losesTheHostIn(SubtaskKind.STOP_ALL)))
        .isInstanceOf(HostFailure.class)
        .hasMessageStartingWith(
            "The host was lost and did not come back within 1 s: Cannot connect to 127.0.0.1 port ")
        .matches(failure -> !HostFailure.isConnectionLost(failure));
  }

  @Test
  void looksForAHostThatIsToStartUntilItsTimeIsOver() throws Exception {
    assertThatThrownBy(() -> outcome(losesTheHostIn(SubtaskKind.START_ALL)))
        .hasMessageStartingWith("Cannot connect to 127.0.0.1 port ");
  }

  @Test
  void endsWhatRunsOnTheHost() throws Exception {
    CompletableFuture<Output> output =
        fenced(host.target())
            .act("stop", script("echo $$ >pid; sleep 60"))
            .subscribeAsCompletionStage();
    Path pid = host.home().resolve("pid");
    await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
    outcome(fenced(host.target()).end());
    long ended = Long.parseLong(Files.readString(pid).strip());
    await().until(() -> !Pids.isAlive(ended));
    assertThat(output.get().code()).isNotZero();
    assertThatThrownBy(() -> outcome(fenced(host.target()).act("stop", List.of("true"))))
        .hasMessage("superseded");
  }

  @Test
  void waitsForAHostThatIsAwayForAMomentBeforeItBringsItsAgentBack() throws Exception {
    int port = FreePort.next();
    String known = Files.readString(host.knownHosts());
    Files.writeString(host.knownHosts(), known.replace(":" + port(), ":" + port));
    String home = host.home().toString();
    HostTarget target = new HostTarget(1, "127.0.0.1", port, "ocp-agent", home, "key");
    CompletableFuture<Void> ended = fenced(target).endEarlier().subscribeAsCompletionStage();
    await().pollDelay(Duration.ofSeconds(1)).until(() -> !ended.isDone());
    try (FrozenWay way = new FrozenWay(port, port())) {
      assertThat(ended.get()).isNull();
      assertThat(way.port()).isEqualTo(port);
    }
  }

  @Test
  void tellsThoseProcessesThatAreAlive() {
    int self = (int) ProcessHandle.current().pid();
    assertThat(outcome(fenced(host.target()).alive(List.of(self, Integer.MAX_VALUE))))
        .hasEntrySatisfying(
            self, alive -> assertThat(alive.age()).isBetween(Duration.ZERO, uptime()))
        .hasSize(1);
  }

  @Test
  void takesNoNameThatIsNone() {
    assertThatThrownBy(() -> outcome(fenced(host.target()).act("../x", List.of("true"))))
        .hasMessage("'../x' is not a name");
  }

  private Uni<Output> losesTheHostIn(SubtaskKind kind) throws Exception {
    host.set("away-timeout", "1s");
    SubtaskCommand command =
        new SubtaskCommand("test", 1, 7, 1, 3, kind, false, host.target(), null, null, 8_000, null);
    CompletableFuture<Output> output =
        host.transport()
            .hostOf(command)
            .act("long", script("touch begun; sleep 20"))
            .subscribeAsCompletionStage();
    await().until(() -> Files.exists(host.home().resolve("begun")));
    host.goDown();
    return Uni.createFrom().completionStage(output);
  }

  private void assertFails(String credential, String message) {
    assertThatThrownBy(() -> outcome(fenced(host.target(credential)).peek(List.of("true"))))
        .isInstanceOf(HostFailure.class)
        .hasMessage(message);
  }

  private FencedHost fenced(HostTarget target) {
    return transport.hostOf(
        new SubtaskCommand(
            "test", 1, 7, 1, 3, SubtaskKind.STOP_ALL, false, target, null, null, 30_000, null));
  }

  private int port() {
    return host.target().sshPort();
  }

  private static List<String> script(String text) {
    return List.of("sh", "-c", text);
  }

  private static <T> T outcome(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(30));
  }

  private static Duration uptime() {
    return Duration.ofDays(1);
  }
}
