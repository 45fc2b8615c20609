package dev.relight.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/**
 * The SSH servers of all demo hosts: one set of threads, and for each host an address, a port and a
 * host key of its own. Only the user {@value #USER} with the one client key may enter.
 */
public final class SshFront implements AutoCloseable {
  public static final String USER = "admin";

  private static final int KEY_BITS = 256;

  private final Map<SocketAddress, DemoHost> hosts = new HashMap<>();
  private final Map<SocketAddress, KeyPair> hostKeys = new HashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(SshFront::daemon);
  private final Set<Process> commands = ConcurrentHashMap.newKeySet();
  private final Path clientKey;
  private final Path knownHosts;
  private final Server server;

  /** Listens where it is told to, which its superclass would do for one port only. */
  private static final class Server extends SshServer {
    private List<SocketAddress> more = List.of();

    @Override
    public void start() throws IOException {
      super.start();
      acceptor.bind(more);
    }

    void goDown(SocketAddress address) {
      acceptor.unbind(address);
      getActiveSessions().stream()
          .filter(session -> session.getIoSession().getLocalAddress().equals(address))
          .forEach(session -> session.close(true));
    }

    void comeBack(SocketAddress address) throws IOException {
      acceptor.bind(address);
    }

    void listenOn(List<SocketAddress> addresses) {
      InetSocketAddress first = (InetSocketAddress) addresses.get(0);
      setHost(first.getHostString());
      setPort(first.getPort());
      more = addresses.subList(1, addresses.size());
    }
  }

  /**
   * Listens for all hosts.
   *
   * @param keys directory for the client's key and the {@code known_hosts} file
   */
  public SshFront(Path keys, List<DemoHost> all) throws IOException {
    clientKey = Files.createDirectories(keys).resolve("client_key");
    knownHosts = keys.resolve("known_hosts");
    List<String> lines = new ArrayList<>();
    for (DemoHost host : all) {
      KeyPair key = keyPair(host.directory().resolve("ssh_host_key"));
      SocketAddress address = addressOf(host);
      hosts.put(address, host);
      hostKeys.put(address, key);
      lines.add(
          "[%s]:%d %s"
              .formatted(host.address(), host.sshPort(), PublicKeyEntry.toString(key.getPublic())));
    }
    Files.write(knownHosts, lines);
    server = server(keyPair(clientKey));
    if (!all.isEmpty()) {
      server.listenOn(List.copyOf(hosts.keySet()));
      start();
    }
  }

  private void start() throws IOException {
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Takes one of the hosts off the network, with all connections to it. */
  void goDown(DemoHost host) {
    server.goDown(addressOf(host));
  }

  /** Brings it back. */
  void comeBack(DemoHost host) throws IOException {
    server.comeBack(addressOf(host));
  }

  private static SocketAddress addressOf(DemoHost host) {
    return new InetSocketAddress(host.address(), host.sshPort());
  }

  /** File with the key of the user who may enter. */
  public Path clientKey() {
    return clientKey;
  }

  /** File with the keys of the hosts. */
  public Path knownHosts() {
    return knownHosts;
  }

  /** Ends all connections, and the commands that run for them. */
  @Override
  public void close() throws IOException {
    server.stop(true);
    commands.forEach(Process::destroy);
    threads.shutdownNow();
  }

  /** For what a command waits for. */
  Executor threads() {
    return threads;
  }

  /** Takes note of a command that this must not outlive. */
  void began(Process command) {
    commands.add(command);
    command.onExit().thenRun(() -> commands.remove(command));
  }

  private Server server(KeyPair client) {
    Server made = (Server) ServerBuilder.builder().factory(Server::new).build();
    made.setKeyPairProvider(session -> List.of(hostKeys.get(session.getLocalAddress())));
    made.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    made.setPublickeyAuthenticator(
        (user, key, session) -> user.equals(USER) && KeyUtils.compareKeys(key, client.getPublic()));
    made.setCommandFactory(
        (channel, command) -> new HostCommand(hostOf(channel.getSession()), command, this));
    return made;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "demo-host-command");
    thread.setDaemon(true);
    return thread;
  }

  private DemoHost hostOf(SessionContext session) {
    return hosts.get(session.getLocalAddress());
  }

  /** The key in the file; made if there is none. */
  static KeyPair keyPair(Path file) throws IOException {
    SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(file);
    keys.setAlgorithm(KeyUtils.EC_ALGORITHM);
    keys.setKeySize(KEY_BITS);
    return keys.loadKeys(null).stream()
        .findFirst()
        .orElseThrow(() -> new IOException("Cannot make the key " + file));
  }
}
