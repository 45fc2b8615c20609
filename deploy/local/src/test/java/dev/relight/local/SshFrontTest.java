package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshFrontTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private DemoHosts hosts;
  private SshClient client;

  private record Result(int exitStatus, String output, String error) {}

  @BeforeEach
  void start() throws Exception {
    hosts = new DemoHosts(directory.resolve("hosts"), directory.resolve("ssh"), 2);
    client = SshClient.setUpDefaultClient();
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setServerKeyVerifier(
        new KnownHostsServerKeyVerifier(
            RejectAllServerKeyVerifier.INSTANCE, hosts.ssh().knownHosts()));
    client.start();
  }

  @AfterEach
  void end() throws Exception {
    client.stop();
    hosts.close();
  }

  @Test
  void runsACommandOnTheHostThatWasAskedFor() throws Exception {
    for (DemoHost host : hosts.all()) {
      try (ClientSession session = enter(host)) {
        assertThat(run(session, "pwd").output()).isEqualTo(host.directory() + "\n");
      }
    }
  }

  @Test
  void handsOnOutputErrorAndExitStatus() throws Exception {
    try (ClientSession session = enter(hosts.all().get(0))) {
      Result result = run(session, "echo good; echo bad >&2; exit 7");
      assertThat(result).isEqualTo(new Result(7, "good\n", "bad\n"));
    }
  }

  @Test
  void letsOneOperateTheAgent() throws Exception {
    try (ClientSession session = enter(hosts.all().get(0))) {
      Result result = run(session, "ocp_agent/bin/ocp_agentctl status");
      assertThat(result.exitStatus()).isZero();
      assertThat(result.output()).contains("\"ready\":true");
    }
  }

  @Test
  void letsACommandGoOnWithoutItsConnection() throws Exception {
    DemoHost host = hosts.all().get(0);
    Path go = host.directory().resolve("go");
    Path done = host.directory().resolve("done");
    try (ClientSession session = enter(host)) {
      ChannelExec channel =
          session.createExecChannel("mkfifo go; touch begun; read -r line <go; touch done");
      channel.open().verify(PATIENCE);
      await().until(() -> Files.exists(host.directory().resolve("begun")));
    }
    Files.writeString(go, "on\n");
    await().until(() -> Files.exists(done));
  }

  @Test
  void refusesAnotherUserAndAnotherKey() throws Exception {
    DemoHost host = hosts.all().get(0);
    KeyPair stranger = KeyPairGenerator.getInstance("EC").generateKeyPair();
    assertThatThrownBy(() -> enter(host, SshFront.USER, List.of(stranger)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> enter(host, "root", clientKeys())).isInstanceOf(IOException.class);
  }

  @Test
  void keepsPortsAndKeysOverARestart() throws Exception {
    List<DemoHost> before = hosts.all();
    String known = Files.readString(hosts.ssh().knownHosts());
    hosts.close();
    hosts = new DemoHosts(directory.resolve("hosts"), directory.resolve("ssh"), 2);
    assertThat(hosts.all()).isEqualTo(before);
    assertThat(Files.readString(hosts.ssh().knownHosts())).isEqualTo(known);
  }

  private Iterable<KeyPair> clientKeys() {
    return new FileKeyPairProvider(hosts.ssh().clientKey()).loadKeys(null);
  }

  private ClientSession enter(DemoHost host) throws IOException {
    return enter(host, SshFront.USER, clientKeys());
  }

  private ClientSession enter(DemoHost host, String user, Iterable<KeyPair> keys)
      throws IOException {
    ClientSession session =
        client.connect(user, host.address(), host.sshPort()).verify(PATIENCE).getSession();
    try {
      keys.forEach(session::addPublicKeyIdentity);
      session.auth().verify(PATIENCE);
      return session;
    } catch (IOException e) {
      session.close();
      throw e;
    }
  }

  private static Result run(ClientSession session, String command) throws IOException {
    try (ChannelExec channel = session.createExecChannel(command);
        var output = new ByteArrayOutputStream();
        var error = new ByteArrayOutputStream()) {
      channel.setOut(output);
      channel.setErr(error);
      channel.open().verify(PATIENCE);
      channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
      return new Result(
          channel.getExitStatus(),
          output.toString(StandardCharsets.UTF_8),
          error.toString(StandardCharsets.UTF_8));
    }
  }
}
