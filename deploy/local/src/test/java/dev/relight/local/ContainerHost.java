package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A host in a container: systemd as PID 1, OpenSSH's sshd, an address of its own. What it tells of
 * itself it does not tell over SSH.
 */
final class ContainerHost implements AutoCloseable {
  /** Where everything of the test is on the host, the record among it. */
  static final String DIRECTORY = "/srv/relight";

  /** The user who comes by SSH. */
  static final String USER = "relight";

  private static final String AGENT_HOME = DIRECTORY + "/ocp_agent";
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECT_MILLIS = 1_000;

  /**
   * What is operated on it.
   *
   * @param agentHome where the fence is, and the agent if there is one
   * @param units of systemd, none where the agent has a supervisor of its own
   * @param agent what is in the agent's home, null where there are units
   */
  record Role(String profile, String agentHome, List<String> units, AgentKind agent) {
    static Role ofUnits(String profile, String... units) {
      return new Role(profile, "/home/" + USER, List.of(units), null);
    }

    static Role ofAgent(AgentKind kind) {
      return new Role("ocp-agent", AGENT_HOME, List.of(), kind);
    }
  }

  /** Such a process as the host's kernel knows it. */
  record Running(String name, long pid) {}

  private final String name;
  private final String address;
  private final Role role;
  private final GenericContainer<?> container;

  /** Not started yet. */
  ContainerHost(String image, Network network, String name, String address, Role role) {
    this.name = name;
    this.address = address;
    this.role = role;
    container = new GenericContainer<>(DockerImageName.parse(image)).withNetwork(network);
    container.withCreateContainerCmdModifier(
        command -> {
          command.withHostName(name).withIpv4Address(address);
          command.getHostConfig().withCapAdd(Capability.NET_ADMIN);
        });
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  Role role() {
    return role;
  }

  /**
   * Starts it, lets the user in, and starts what is operated on it.
   *
   * @param authorized the public key of {@value #USER}
   * @param sudoers what {@value #USER} may do as root
   * @param scratch a directory that is not there yet
   */
  void start(String authorized, String sudoers, Path scratch) throws IOException {
    container.start();
    put("set-up", Transferable.of(ContainerHosts.resource("set-up"), EXECUTABLE));
    put("daemon", Transferable.of(ContainerHosts.resource("daemon"), EXECUTABLE));
    put("authorized_keys", Transferable.of(authorized + "\n", READABLE));
    put("sudoers", Transferable.of(sudoers, READABLE));
    if (role.agent != null) {
      new AgentHome(scratch).install(role.agent);
      container.copyFileToContainer(MountableFile.forHostPath(scratch), AGENT_HOME);
    }
    List<String> setUp = new ArrayList<>(List.of(DIRECTORY + "/set-up"));
    setUp.addAll(role.units);
    run(setUp.toArray(String[]::new));
    awaitReachable();
  }

  private void awaitReachable() {
    String neighbour = address.replaceAll("[0-9]+$", "1");
    await(name + " can be reached from this machine")
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              // Whatever it sends, it tells others of its new hardware address before.
              call("bash", "-c", "echo >/dev/udp/" + neighbour + "/9");
              try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, 22), CONNECT_MILLIS);
                return true;
              }
            });
  }

  private void put(String file, Transferable content) {
    container.copyFileToContainer(content, DIRECTORY + "/" + file);
  }

  /** The line for known_hosts that trusts the key that it has now. */
  String knownHost() throws IOException {
    String[] key = run("cat", "/etc/ssh/ssh_host_ed25519_key.pub").split(" ");
    return address + " " + key[0] + " " + key[1].strip();
  }

  /** The fingerprint of that key, as an administrator would tell it. */
  String fingerprint() throws IOException {
    return run("ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub").split(" ")[1];
  }

  /** What runs of that which is operated, all that there is of each. */
  List<Running> running() throws IOException {
    String programs =
        role.agent == null ? DIRECTORY + "/bin/.+" : AGENT_HOME + "/(agent/.+|bin/ocp_agentd)";
    return run("ps", "-eo", "pid=,args=")
        .lines()
        .map(line -> line.strip().replace("/bin/sh ", "").split(" +"))
        .filter(words -> words[1].matches(programs))
        .map(
            words ->
                new Running(Path.of(words[1]).getFileName().toString(), Long.parseLong(words[0])))
        .toList();
  }

  /** The pids by name, of which each must be there once. */
  Map<String, Long> pids() {
    // A shell that is about to run something else looks like itself twice.
    List<Running> running =
        await(name + " has one process of each name")
            .atMost(PATIENCE)
            .until(
                this::running,
                seen -> seen.stream().map(Running::name).allMatch(new HashSet<>()::add));
    return running.stream().collect(Collectors.toMap(Running::name, Running::pid));
  }

  /** How often each process was really started since the host was made. */
  Map<String, Integer> starts() throws IOException {
    Map<String, Integer> starts = new HashMap<>();
    run("cat", DIRECTORY + "/record")
        .lines()
        .map(line -> line.split(" "))
        .filter(word -> word[1].equals("start"))
        .forEach(word -> starts.merge(word[2], 1, Integer::sum));
    return starts;
  }

  /** How many connections {@value #USER} has made since the host was started. */
  long logins() throws IOException {
    return run("journalctl", "--quiet", "--output=cat", "--unit=ssh", "--boot")
        .lines()
        .filter(line -> line.startsWith("Accepted publickey for " + USER))
        .count();
  }

  /** Whether somebody on this machine has a connection to its sshd. */
  boolean isConnected() throws IOException {
    byte[] ip = InetAddress.getByName(address).getAddress();
    // The kernel's way to write port 22 there, and "established".
    String established = "%02X%02X%02X%02X:0016 01".formatted(ip[3], ip[2], ip[1], ip[0]);
    return Files.readString(Path.of("/proc/net/tcp")).contains(established)
        || Files.readString(Path.of("/proc/net/tcp6")).contains(established);
  }

  /** Makes every stop take a while, until {@link #letAllBeWell()}. */
  void slowStops() {
    if (role.agent == null) {
      put(role.units.get(0) + "-slow-stop", Transferable.of("20", READABLE));
    } else {
      // The agent's own tool waits for ten seconds.
      put("ocp_agent/faults/slow-stop", Transferable.of("8", READABLE));
    }
  }

  /** Whether a stop is under way. */
  boolean isStopping() throws IOException {
    return role.agent == null
        ? run("systemctl", "show", "--property=ActiveState", role.units.get(0)).contains("deactiv")
        : run("cat", AGENT_HOME + "/run/ocp_agentd.state").startsWith("stopping");
  }

  /** Takes its network interface down, or up again. */
  void link(String upOrDown) throws IOException {
    run("ip", "link", "set", "eth0", upOrDown);
  }

  /** Lets all packets disappear without a word. */
  void dropPackets() throws IOException {
    run("iptables", "-I", "OUTPUT", "-o", "eth0", "-j", "DROP");
    run("iptables", "-I", "INPUT", "-i", "eth0", "-j", "DROP");
  }

  /** Pulls its power. */
  void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  private void boot() throws IOException {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    call("systemctl", "is-system-running", "--wait");
    awaitReachable();
  }

  /** Gives it back its power and its network; what is operated on it stays as it is. */
  void repair() throws IOException {
    if (!container.isRunning()) {
      boot();
    }
    run("iptables", "-F");
    link("up");
    awaitReachable();
  }

  /** Undoes all that was done to it, and starts what does not run. */
  void letAllBeWell() throws IOException {
    repair();
    if (role.agent == null) {
      run("sh", "-c", "rm -f " + DIRECTORY + "/*-slow-stop");
      List<String> start = new ArrayList<>(List.of("systemctl", "start"));
      start.addAll(role.units);
      run(start.toArray(String[]::new));
    } else {
      run("sh", "-c", "rm -f " + AGENT_HOME + "/faults/*");
      assertThat(as(USER, AGENT_HOME + "/bin/ocp_agentctl", "start")).as(name).isZero();
    }
  }

  /** Runs a command on the host as that user, who is not there over SSH; returns its exit code. */
  int as(String user, String... command) throws IOException {
    List<String> line = new ArrayList<>(List.of("runuser", "-u", user, "--"));
    line.addAll(Arrays.asList(command));
    return call(line.toArray(String[]::new)).getExitCode();
  }

  /** Runs a command on the host as root, which must succeed; returns what it prints. */
  String run(String... command) throws IOException {
    ExecResult result = call(command);
    assertThat(result.getExitCode()).as(name + ": " + result.getStderr()).isZero();
    return result.getStdout();
  }

  private ExecResult call(String... command) throws IOException {
    try {
      return container.execInContainer(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(String.join(" ", command));
    }
  }

  /** Takes it away, whatever state it is in. */
  @Override
  public void close() {
    container.stop();
  }

  @Override
  public String toString() {
    return name;
  }
}
