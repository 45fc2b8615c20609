package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.awaitility.Awaitility;

/** A host on loopback: a real SSH server, and in a directory an agent whose processes are real. */
public final class LoopbackHost implements AutoCloseable {
  public static final String USER = "admin";
  public static final String PASSWORD = "pass word";

  static {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  private final Path directory;
  private final SshServer server = SshServer.setUpDefaultServer();
  private final List<SshConnections> clients = new ArrayList<>();
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final KeyPair clientKey = keyPair();

  /** Keeps everything that it makes in this directory. */
  public LoopbackHost(Path directory, KeyPair... hostKeys) throws Exception {
    this.directory = directory;
    Files.createDirectories(home().resolve("bin"));
    Files.createDirectories(home().resolve("run"));
    Files.writeString(home().resolve("services"), "pos_proxy exporter\n");
    try (InputStream agentctl = LoopbackHost.class.getResourceAsStream("agentctl")) {
      Files.copy(agentctl, home().resolve("bin/ocp_agentctl"));
    }
    home().resolve("bin/ocp_agentctl").toFile().setExecutable(true);
    try (var file = Files.newOutputStream(privateKey())) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(clientKey, "test", null, file);
    }
    Files.writeString(passwordFile(), PASSWORD + "\n");
    start(hostKeys.length == 0 ? List.of(keyPair()) : List.of(hostKeys));
  }

  public Path home() {
    return directory.resolve("agent");
  }

  Path privateKey() {
    return directory.resolve("client_key");
  }

  Path passwordFile() {
    return directory.resolve("password");
  }

  Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  /** Trusts this key of the host from now on, and no other. */
  void trust(KeyPair hostKey) throws IOException {
    String name = "[127.0.0.1]:" + server.getPort();
    Files.writeString(knownHosts(), name + " " + PublicKeyEntry.toString(hostKey.getPublic()));
  }

  /** How often somebody has connected. */
  int connections() {
    return sessions.size();
  }

  /** Breaks all connections, without a word. */
  void cutConnections() {
    sessions.forEach(session -> session.getIoSession().close(true));
  }

  public HostTarget target() {
    return target("key");
  }

  /** The host, to be operated by this profile. */
  public HostTarget targetOf(String profile) {
    HostTarget target = target();
    return new HostTarget(
        1, target.address(), target.sshPort(), profile, target.agentHome(), target.credential());
  }

  /** Puts a program where this host's commands are looked for first. */
  public void install(String name, String content) throws IOException {
    Path program = home().resolve("bin").resolve(name);
    Files.writeString(program, content);
    program.toFile().setExecutable(true);
  }

  HostTarget target(String credential) {
    String path = home().toString();
    return new HostTarget(1, "127.0.0.1", server.getPort(), "ocp-agent", path, credential);
  }

  public SubtaskCommand command(long subtask, long fence, SubtaskKind kind) {
    return new SubtaskCommand(
        "test", 1, subtask, 1, fence, kind, false, target(), null, null, 30_000, null);
  }

  /** A transport that knows this host by the credentials "key", "password" and a few bad ones. */
  public SshTransport transport() {
    SshConfig config = new Config();
    SshConnections connections = new SshConnections(config, new Credentials(config));
    clients.add(connections);
    return new SshTransport(connections);
  }

  /** What a worker must be told to reach this host. */
  public Map<String, String> settings() {
    return Map.of(
        "relight.ssh.known-hosts",
        knownHosts().toString(),
        "relight.ssh.credentials.key.user",
        USER,
        "relight.ssh.credentials.key.private-key",
        privateKey().toString(),
        "relight.agent.settle",
        "50ms");
  }

  /** The lines of what agentctl was called for, but for reading. */
  public List<String> calls() throws IOException {
    Path calls = home().resolve("calls");
    return Files.exists(calls)
        ? Files.readAllLines(calls).stream().filter(call -> !call.equals("status")).toList()
        : List.of();
  }

  /** Process id of a running process. */
  public int pid(String name) throws IOException {
    return Integer.parseInt(Files.readString(home().resolve("run").resolve(name)).strip());
  }

  /** Answers no more. */
  void goDown() throws IOException {
    server.stop(true);
  }

  @Override
  public void close() throws IOException {
    clients.forEach(SshConnections::stop);
    server.stop(true);
    List<Path> pids = new ArrayList<>();
    try (var files = Files.list(home().resolve("run"))) {
      files.forEach(pids::add);
    }
    for (Path pid : pids) {
      for (String id : Files.readAllLines(pid)) {
        ProcessHandle.of(Long.parseLong(id.strip())).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private String ownToolsFirst() {
    return "PATH='" + home().resolve("bin") + "':$PATH; ";
  }

  static KeyPair keyPair() {
    return keyPair("EC", 256);
  }

  static KeyPair keyPair(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start(List<KeyPair> hostKeys) throws IOException {
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(session -> hostKeys);
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals(USER) && KeyUtils.compareKeys(key, clientKey.getPublic()));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
    server.setCommandFactory(
        (channel, command) ->
            new ProcessShellFactory("sh", "/bin/sh", "-c", ownToolsFirst() + command)
                .createShell(channel));
    server.addSessionListener(
        new SessionListener() {
          @Override
          public void sessionCreated(Session session) {
            sessions.add(session);
          }
        });
    server.start();
    trust(hostKeys.get(0));
  }

  private record Login(
      String user,
      Optional<Path> privateKey,
      Optional<Path> passwordFile,
      Optional<List<String>> networks)
      implements SshConfig.Credential {}

  private final class Config implements SshConfig {
    @Override
    public Path knownHosts() {
      return LoopbackHost.this.knownHosts();
    }

    @Override
    public Duration connectTimeout() {
      return Duration.ofSeconds(10);
    }

    @Override
    public Duration authTimeout() {
      return Duration.ofSeconds(10);
    }

    @Override
    public int connecting() {
      return 4;
    }

    @Override
    public Duration idleTimeout() {
      return Duration.ofSeconds(60);
    }

    @Override
    public Map<String, Credential> credentials() {
      Optional<Path> key = Optional.of(privateKey());
      Optional<Path> password = Optional.of(passwordFile());
      Optional<Path> missing = Optional.of(directory.resolve("missing"));
      Optional<List<String>> elsewhere = Optional.of(List.of("10.0.0.0/8"));
      Optional<List<String>> here = Optional.of(List.of("10.0.0.0/8", "127.0.0.0/8"));
      return Map.of(
          "key", new Login(USER, key, Optional.empty(), here),
          "password", new Login(USER, Optional.empty(), password, Optional.empty()),
          "elsewhere", new Login(USER, key, Optional.empty(), elsewhere),
          "stranger", new Login("stranger", key, Optional.empty(), Optional.empty()),
          "missing", new Login(USER, missing, Optional.empty(), Optional.empty()),
          "nothing", new Login(USER, Optional.empty(), Optional.empty(), Optional.empty()));
    }
  }
}
