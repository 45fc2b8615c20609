package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.session.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a connection lives. */
class SshConnectionTest {
  @TempDir Path directory;
  private final KeyPair hostKey = LoopbackHost.keyPair();
  private LoopbackHost host;

  @BeforeEach
  void start() throws Exception {
    host = new LoopbackHost(directory, hostKey);
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void endsWhenNobodyHasUsedItForAWhile() {
    host.set("idle-timeout", "500ms");
    FencedHost fenced = fenced(host.transport(), host.target());
    assertThat(output(fenced.read(List.of("echo", "once")))).isEqualTo("once\n");
    await().until(() -> openConnections() == 0);
    assertThat(output(fenced.read(List.of("echo", "again")))).isEqualTo("again\n");
    assertThat(host.connections()).hasSize(2);
  }

  @Test
  void staysAsLongAsACommandRuns() {
    host.set("idle-timeout", "200ms");
    FencedHost fenced = fenced(host.transport(), host.target());
    assertThat(output(fenced.act("stop", List.of("sh", "-c", "sleep 2; echo done"))))
        .isEqualTo("done\n");
    assertThat(host.connections()).hasSize(1);
  }

  @Test
  void endsSoonWhereSomebodyHasOnlyLooked() {
    SshTransport transport = host.transport();
    output(fenced(transport, host.target("password")).read(List.of("true")));
    output(fenced(transport, host.target()).peek(List.of("true")));
    assertThat(openConnections()).isEqualTo(2);
    await().until(() -> openConnections() == 1);
    output(fenced(transport, host.target("password")).read(List.of("true")));
    assertThat(host.connections()).as("the other one is still there").hasSize(2);
  }

  @Test
  void endsWhereNobodyIsThereAnyMoreToUseIt() {
    fenced(host.transport(), host.target())
        .read(List.of("true"))
        .subscribe()
        .with(x -> {})
        .cancel();
    await().until(() -> host.connections().size() == 1 && openConnections() == 0);
  }

  @Test
  void endsFirstWhereItWasUsedLongestAgoWhenThereAreTooMany() throws Exception {
    host.set("max-idle", "2");
    host.set("credentials.third.user", LoopbackHost.USER);
    host.set("credentials.third.private-key", host.privateKey());
    SshTransport transport = host.transport();
    FencedHost first = fenced(transport, host.target("key"));
    FencedHost second = fenced(transport, host.target("password"));
    FencedHost third = fenced(transport, host.target("third"));
    List.of(first, second, third).forEach(each -> output(each.read(List.of("true"))));
    await().untilAsserted(() -> assertThat(open()).containsExactly(false, true, true));
    output(second.read(List.of("true")));
    output(first.read(List.of("true")));
    await().untilAsserted(() -> assertThat(open()).containsExactly(false, true, false, true));
  }

  @Test
  void doesNotEndForOthersWhileACommandRuns() throws Exception {
    host.set("max-idle", "0");
    SshTransport transport = host.transport();
    CompletableFuture<Output> output =
        fenced(transport, host.target())
            .act("stop", List.of("sh", "-c", "touch begun; until [ -e go ]; do sleep 0.05; done"))
            .subscribeAsCompletionStage();
    await().until(() -> Files.exists(host.home().resolve("begun")));
    output(fenced(transport, host.target("password")).peek(List.of("true")));
    await().untilAsserted(() -> assertThat(open()).containsExactly(true, false));
    Files.createFile(host.home().resolve("go"));
    assertThat(output.get().code()).isZero();
    await().untilAsserted(() -> assertThat(open()).containsExactly(false, false));
  }

  @Test
  void isMadeAgainWhenItsPeerHasGoneWithoutAWord() throws Exception {
    host.set("keep-alive", "200ms");
    HostTarget there = host.target();
    try (FrozenWay way = new FrozenWay(there.sshPort())) {
      String key = PublicKeyEntry.toString(hostKey.getPublic());
      Files.writeString(host.knownHosts(), "[127.0.0.1]:%d %s".formatted(way.port(), key));
      HostTarget target =
          new HostTarget(
              1, "127.0.0.1", way.port(), "ocp-agent", there.agentHome(), there.credential());
      String script = "echo x >>count; until [ -e go ]; do sleep 0.05; done; echo done";
      CompletableFuture<Output> output =
          fenced(host.transport(), target)
              .act("stop", List.of("sh", "-c", script))
              .subscribeAsCompletionStage();
      Path count = host.home().resolve("count");
      await().until(() -> Files.exists(count));
      way.freeze();
      await().until(() -> host.connections().size() == 2);
      Files.createFile(host.home().resolve("go"));
      assertThat(output.get().output()).isEqualTo("done\n");
      assertThat(count).hasContent("x");
    }
  }

  private List<Boolean> open() {
    return host.connections().stream().map(Session::isOpen).toList();
  }

  private long openConnections() {
    return host.connections().stream().filter(Session::isOpen).count();
  }

  private static String output(Uni<Output> command) {
    return command.await().atMost(Duration.ofSeconds(60)).output();
  }

  private static FencedHost fenced(SshTransport transport, HostTarget target) {
    return transport.hostOf(
        new SubtaskCommand(
            "test", 1, 7, 1, 3, SubtaskKind.STOP_ALL, false, target, null, null, 60_000, null));
  }
}
