package dev.relight.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways into a host: keys, certificates, jump hosts, and what is said where there is none. */
class SshLoginTest {
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

  @ParameterizedTest
  @CsvSource({"ssh-ed25519,256", "ecdsa-sha2-nistp384,384", "ssh-rsa,2048"})
  void logsInByAKeyOfAnyKind(String type, int size) throws Exception {
    host.credential("mine", KeyUtils.generateKeyPair(type, size), null);
    assertThat(hello("mine")).isEqualTo("hello\n");
  }

  @ParameterizedTest
  @CsvSource({"ssh-ed25519,256", "ecdsa-sha2-nistp256,256", "ssh-rsa,2048"})
  void trustsAHostByAKeyOfAnyKind(String type, int size) throws Exception {
    KeyPair key = KeyUtils.generateKeyPair(type, size);
    try (LoopbackHost other = new LoopbackHost(directory.resolve("other"), key)) {
      assertThat(hello(other.transport(), other.target("key"))).isEqualTo("hello\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"ssh-ed25519,256", "ecdsa-sha2-nistp256,256", "ssh-rsa,2048"})
  void logsInByAKeyWithAPassphrase(String type, int size) throws Exception {
    host.credential("mine", KeyUtils.generateKeyPair(type, size), "open sesame");
    Path file = directory.resolve("mine_key");
    assertFails(
        "mine",
        "The private key of 'mine' cannot be read from %s: .*; if it has a passphrase, name it by"
                .formatted(file)
            + " passphrase-file");
    Path passphrase = Files.writeString(directory.resolve("passphrase"), "wrong\n");
    host.set("credentials.mine.passphrase-file", passphrase);
    assertFails(
        "mine",
        "The private key of 'mine' cannot be read from %s: .*; is it the right passphrase\\?"
            .formatted(file));
    Files.writeString(passphrase, "open sesame\n");
    assertThat(hello("mine")).isEqualTo("hello\n");
  }

  @Test
  void takesSecretsFromTheEnvironment() {
    host.set("credentials.mine.user", LoopbackHost.USER);
    host.set("credentials.mine.password-variable", "PATH");
    assertFails("mine", "The host does not let in 'admin' by the credential 'mine'");
    host.set("credentials.mine.password-variable", "NO_SUCH_VARIABLE");
    assertFails(
        "mine", "The password of 'mine' is not there: the worker has no variable NO_SUCH_VARIABLE");
  }

  @Test
  void logsInByACertificate() throws Exception {
    KeyPair authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    KeyPair own = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    host.credential("mine", own, null);
    host.authorize(authority.getPublic());
    assertFails("mine", "The host does not let in 'admin' by the credential 'mine'");
    Path file = directory.resolve("mine_key-cert.pub");
    Files.writeString(file, text(user(own.getPublic(), authority, Duration.ofHours(1))));
    assertThat(hello("mine")).isEqualTo("hello\n");
    Files.writeString(file, text(user(own.getPublic(), authority, Duration.ofHours(-1))));
    assertFails(
        "mine", "The certificate of 'mine' in %s is valid from .* to .* only".formatted(file));
  }

  @Test
  void trustsHostsThatAnAuthorityVouchesFor() throws Exception {
    KeyPair authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    host.present(host(authority, "127.0.0.1"));
    Files.writeString(host.knownHosts(), "");
    assertFails("key", "The host key is not known: .*");
    String line = "@cert-authority * " + PublicKeyEntry.toString(authority.getPublic()) + "\n";
    Files.writeString(host.knownHosts(), line);
    assertThat(hello("key")).isEqualTo("hello\n");
    Files.writeString(host.knownHosts(), line + "@revoked * " + line.split(" \\* ")[1]);
    assertFails("key", "The host key is vouched for by an authority that is revoked: .*");
  }

  @Test
  void trustsNoHostByACertificateForAnother() throws Exception {
    KeyPair authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    host.present(host(authority, "127.0.0.2"));
    Files.writeString(
        host.knownHosts(), "@cert-authority * " + PublicKeyEntry.toString(authority.getPublic()));
    assertThatThrownBy(() -> hello("key")).hasMessageContaining("invalid principal 127.0.0.1");
  }

  @Test
  void trustsNoHostByAnAuthorityOfOtherHosts() throws Exception {
    KeyPair authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    host.present(host(authority, "127.0.0.1"));
    Files.writeString(
        host.knownHosts(),
        "@cert-authority *.example " + PublicKeyEntry.toString(authority.getPublic()));
    assertFails("key", "The host key is not known: .*");
  }

  @Test
  void goesThroughAJumpHost() throws Exception {
    KeyPair key = LoopbackHost.keyPair();
    try (LoopbackHost gate = new LoopbackHost(directory.resolve("gate"), key)) {
      gate.forward();
      gate.credential("gate", LoopbackHost.keyPair(), null);
      via(gate, "gate");
      assertFails("key", "The host key is not known: .*");
      Files.writeString(
          host.knownHosts(), Files.readString(host.knownHosts()) + "\n" + knows(gate, key));
      assertThat(hello("key")).isEqualTo("hello\n");
      assertThat(gate.connections()).hasSize(2);
      // The key that is checked behind it is that of the host itself.
      Files.writeString(host.knownHosts(), knows(gate, key));
      assertFails("key", "The host key is not known: .* '\\[127.0.0.1\\]:%d .*".formatted(port()));
    }
  }

  @Test
  void takesNoJumpHostBehindAnother() throws Exception {
    try (LoopbackHost gate = new LoopbackHost(directory.resolve("gate"))) {
      via(gate, "key");
      assertFails("key", "The credential 'key' is for a jump host and must not have one itself");
    }
  }

  @Test
  void saysWhoIsRefusedByAJumpHost() throws Exception {
    KeyPair key = LoopbackHost.keyPair();
    try (LoopbackHost gate = new LoopbackHost(directory.resolve("gate"), key)) {
      gate.credential("gate", LoopbackHost.keyPair(), null);
      via(gate, "gate");
      gate.authorize(LoopbackHost.keyPair().getPublic());
      Files.writeString(host.knownHosts(), knows(gate, key));
      assertFails("key", "The host does not let in 'admin' by the credential 'gate'");
    }
  }

  @Test
  void givesUpAHostThatAcceptsAndSaysNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket()) {
      silent.bind(new InetSocketAddress("127.0.0.1", 0));
      host.set("auth-timeout", "1s");
      HostTarget target =
          new HostTarget(1, "127.0.0.1", silent.getLocalPort(), "ocp-agent", "/a", "key");
      assertThatThrownBy(() -> hello(host.transport(), target))
          .isInstanceOf(HostFailure.class)
          .hasMessage(
              "Cannot connect to 127.0.0.1 port %d: it accepts connections and says nothing for 1 s"
                  .formatted(silent.getLocalPort()));
    }
  }

  @Test
  void givesUpAHostThatDoesNotEvenRefuse() throws Exception {
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // Whoever comes when nobody more can wait in line hears nothing at all.
      for (int i = 0; i < 4; i++) {
        Socket waiting = new Socket();
        queue.add(waiting);
        try {
          waiting.connect(full.getLocalSocketAddress(), 200);
        } catch (SocketTimeoutException e) {
          break;
        }
      }
      host.set("connect-timeout", "1s");
      HostTarget target =
          new HostTarget(1, "127.0.0.1", full.getLocalPort(), "ocp-agent", "/a", "key");
      assertThatThrownBy(() -> hello(host.transport(), target))
          .isInstanceOf(HostFailure.class)
          .hasMessageStartingWith("Cannot connect to 127.0.0.1 port " + full.getLocalPort());
    } finally {
      for (Socket waiting : queue) {
        waiting.close();
      }
    }
  }

  @Test
  void lendsItsKeysToNoHost() {
    assertThat(peek(host.transport(), host.target("key"), "sh", "-c", "echo ${SSH_AUTH_SOCK-none}"))
        .isEqualTo("none\n");
  }

  private void via(LoopbackHost gate, String credential) {
    host.set("credentials.key.jump.address", "127.0.0.1");
    host.set("credentials.key.jump.port", gate.target().sshPort());
    host.set("credentials.key.jump.credential", credential);
    if (!credential.equals("key")) {
      host.set("credentials.gate.user", LoopbackHost.USER);
      host.set("credentials.gate.private-key", directory.resolve("gate/gate_key"));
    }
  }

  private static String knows(LoopbackHost gate, KeyPair key) {
    return "[127.0.0.1]:%d %s\n"
        .formatted(gate.target().sshPort(), PublicKeyEntry.toString(key.getPublic()));
  }

  private OpenSshCertificate host(KeyPair authority, String principal) throws Exception {
    return OpenSshCertificateBuilder.hostCertificate()
        .serial(1)
        .publicKey(hostKey.getPublic())
        .id("host")
        .principals(List.of(principal))
        .validAfter(Instant.now().minusSeconds(60))
        .validBefore(Instant.now().plusSeconds(3_600))
        .sign(authority);
  }

  private static OpenSshCertificate user(PublicKey key, KeyPair authority, Duration valid)
      throws Exception {
    return OpenSshCertificateBuilder.userCertificate()
        .serial(1)
        .publicKey(key)
        .id("worker")
        .principals(List.of(LoopbackHost.USER))
        .validAfter(Instant.now().minus(Duration.ofDays(1)))
        .validBefore(Instant.now().plus(valid))
        .sign(authority);
  }

  private static String text(OpenSshCertificate certificate) {
    return PublicKeyEntry.toString(certificate) + " worker\n";
  }

  private void assertFails(String credential, String message) {
    assertThatThrownBy(() -> hello(credential))
        .isInstanceOf(HostFailure.class)
        .hasMessageMatching(message);
  }

  /** With a transport of its own: settings are read once. */
  private String hello(String credential) {
    return hello(host.transport(), host.target(credential));
  }

  private static String hello(SshTransport transport, HostTarget target) {
    return peek(transport, target, "echo", "hello");
  }

  private static String peek(SshTransport transport, HostTarget target, String... command) {
    SubtaskCommand subtask =
        new SubtaskCommand(
            "test", 1, 7, 1, 3, SubtaskKind.REFRESH, false, target, null, null, 30_000, null);
    return transport
        .hostOf(subtask)
        .peek(List.of(command))
        .await()
        .atMost(Duration.ofSeconds(30))
        .output();
  }

  private int port() {
    return host.target().sshPort();
  }
}
