package dev.relight.local;

import dev.relight.embedded.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** The demo hosts of one system: their agents, and the SSH servers in front of them. */
final class DemoHosts implements AutoCloseable {
  /** So many agents are of the older kind for each of the newer. */
  private static final int NEWER_EVERY = 3;

  private static final int ADDRESSES_PER_NET = 250;

  private final Path directory;
  private final List<DemoHost> all;
  private final SshFront ssh;

  /**
   * Prepares that many hosts on loopback addresses, opens them to SSH, and starts their agents.
   *
   * @param directory where the hosts are
   * @param keys where the keys of SSH are
   */
  DemoHosts(Path directory, Path keys, int count) throws IOException {
    this(directory, keys, count, DemoHosts::loopback);
  }

  /** The same on other addresses of this machine, by the hosts' numbers from 1. */
  DemoHosts(Path directory, Path keys, int count, IntFunction<String> addresses)
      throws IOException {
    this.directory = directory;
    List<DemoHost> prepared = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      prepared.add(prepare(number, addresses.apply(number)));
    }
    all = List.copyOf(prepared);
    ssh = new SshFront(keys, all);
    try {
      Parallel.forEach(all, host -> new AgentHome(host.agentHome()).start());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  List<DemoHost> all() {
    return all;
  }

  SshFront ssh() {
    return ssh;
  }

  @Override
  public void close() throws IOException {
    ssh.close();
    endAgents(directory);
  }

  /** Ends every process of the hosts in that directory, whoever started it. */
  static void endAgents(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return;
    }
    Predicate<String> ours = argument -> argument.startsWith(directory + "/");
    OurProcesses all = OurProcesses.of(ours);
    // In good order first: each supervisor ends its own.
    OurProcesses.of(ours.and(AgentHome::isAgentd)).terminate();
    if (!all.awaitEnd()) {
      OurProcesses.of(ours).end();
    }
    try (DirectoryStream<Path> hosts = Files.newDirectoryStream(directory)) {
      for (Path host : hosts) {
        new AgentHome(DemoHost.agentHome(host)).settle();
      }
    }
  }

  private DemoHost prepare(int number, String address) throws IOException {
    String name = "demo-" + number;
    Path home = Files.createDirectories(directory.resolve(name));
    DemoHost host = new DemoHost(name, address, port(home.resolve("ssh_port"), address), home);
    AgentKind kind = number % NEWER_EVERY == 0 ? AgentKind.FROM_3_2 : AgentKind.UP_TO_3_1;
    new AgentHome(host.agentHome()).install(kind);
    return host;
  }

  /** Linux has 127.0.0.0/8 on its loopback interface; others have the one address. */
  private static String loopback(int number) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return "127.0.0.1";
    }
    int net = 1 + (number - 1) / ADDRESSES_PER_NET;
    return "127.0." + net + "." + (1 + (number - 1) % ADDRESSES_PER_NET);
  }

  /** The port that the host had before, unless somebody else has it now. */
  private static int port(Path file, String address) throws IOException {
    InetAddress there = InetAddress.getByName(address);
    if (Files.exists(file)) {
      int kept = Integer.parseInt(Files.readString(file).strip());
      if (FreePort.isFree(there, kept)) {
        return kept;
      }
    }
    int port = FreePort.next(there);
    Files.writeString(file, port + "\n");
    return port;
  }
}
