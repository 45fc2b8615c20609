package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.shell.InvertedShellWrapper;
import org.apache.sshd.server.shell.ProcessShell;
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
  private volatile boolean full;
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final KeyPair clientKey = keyPair();
  private volatile PublicKey authorized = clientKey.getPublic();
  private final Map<String, String> more = new HashMap<>();

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

  /** Every connection that somebody has made. */
  List<Session> connections() {
    return sessions;
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

  /** Lets in who has this key, or a certificate that was signed by it, and nobody else. */
  void authorize(PublicKey key) {
    authorized = key;
  }

  /** Shows this certificate before its plain keys. */
  void present(OpenSshCertificate certificate) {
    server.setHostKeyCertificateProvider(session -> List.of(certificate));
  }

  /** Lets others through to where they want to. */
  void forward() {
    server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
  }

  /** The credential of this name is for a key of this kind, which is authorized from now on. */
  void credential(String name, KeyPair key, String passphrase) throws Exception {
    Path file = directory.resolve(name + "_key");
    OpenSSHKeyEncryptionContext encryption = null;
    if (passphrase != null) {
      encryption = new OpenSSHKeyEncryptionContext();
      encryption.setPassword(passphrase);
      encryption.setCipherType("256");
    }
    try (var out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", encryption, out);
    }
    set("credentials." + name + ".user", USER);
    set("credentials." + name + ".private-key", file);
    authorize(key.getPublic());
  }

  /** From now on nothing can be written to any file. */
  public void fillDisk() {
    full = true;
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
    SshConfig config = config();
    SshConnections connections =
        new SshConnections(config, new Credentials(config), ApiServer.VERTX);
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

  private boolean isAuthorized(PublicKey key) {
    PublicKey shown = key instanceof OpenSshCertificate cert ? cert.getCaPubKey() : key;
    return KeyUtils.compareKeys(shown, authorized);
  }

  private String ownToolsFirst() {
    String full = "trap '' XFSZ; ulimit -f 0; ";
    return "PATH='" + home().resolve("bin") + "':$PATH; " + (this.full ? full : "");
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
        (user, key, session) -> user.equals(USER) && isAuthorized(key));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
    server.setCommandFactory(
        (channel, command) ->
            new InvertedShellWrapper(new ProcessShell("/bin/sh", "-c", ownToolsFirst() + command)));
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

  /** More of what the worker is told, beside what it takes for this host. */
  void set(String key, Object value) {
    more.put("relight.ssh." + key, value.toString());
  }

  private SshConfig config() {
    Map<String, String> settings = new HashMap<>();
    settings.put("relight.ssh.known-hosts", knownHosts().toString());
    settings.put("relight.ssh.connecting", "4");
    String credentials = "relight.ssh.credentials.";
    for (String name : List.of("key", "password", "elsewhere", "missing", "nothing", "otherwise")) {
      settings.put(credentials + name + ".user", USER);
    }
    settings.put(credentials + "stranger.user", "stranger");
    for (String name : List.of("key", "elsewhere", "stranger", "otherwise")) {
      settings.put(credentials + name + ".private-key", privateKey().toString());
    }
    settings.put(credentials + "key.networks", "10.0.0.0/8,127.0.0.0/8");
    settings.put(credentials + "elsewhere.networks", "10.0.0.0/8");
    settings.put(credentials + "otherwise.profiles", "obagent,node-exporter");
    settings.put(credentials + "password.password-file", passwordFile().toString());
    settings.put(credentials + "missing.private-key", directory.resolve("missing").toString());
    settings.putAll(more);
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDefaultSources()
        .addDiscoveredConverters()
        .withMapping(SshConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 500))
        .build()
        .getConfigMapping(SshConfig.class);
  }
}
