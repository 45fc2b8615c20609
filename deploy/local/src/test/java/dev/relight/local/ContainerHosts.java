package dev.relight.local;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.testcontainers.containers.Network;

/** Hosts in containers of one network, and the files that a worker needs to enter them. */
final class ContainerHosts implements AutoCloseable {
  private static final int TRIES = 5;
  private static final int NETS = 256;

  private final Path directory;
  private final String image;
  private final String authorized;
  private final List<ContainerHost> all = new ArrayList<>();
  private final Map<String, Long> ids = new HashMap<>();
  private Network network;
  private String net;

  /**
   * Without any host yet.
   *
   * @param directory for keys and files
   * @param image made of the Containerfile beside set-up, or like it
   */
  ContainerHosts(Path directory, String image) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.image = image;
    authorized = PublicKeyEntry.toString(SshFront.keyPair(clientKey()).getPublic());
    Files.writeString(knownHosts(), "");
    Files.createDirectories(profiles());
    Files.writeString(profiles().resolve("collectors.yaml"), resource("collectors.yaml"));
  }

  /** Starts hosts of these roles at the same time, called {@code host-1} and so on. */
  void start(List<ContainerHost.Role> roles) throws IOException {
    network = network();
    for (int i = 0; i < roles.size(); i++) {
      all.add(host(i, roles.get(i)));
    }
    Parallel.forEach(all, this::start);
    trustAll();
  }

  /** Registers all of them, as a user would, and has their agents read. */
  void register(ControlPlane controlPlane, String credential) throws IOException {
    for (ContainerHost host : all) {
      Map<String, ?> form =
          Map.of(
              "name", host.name(),
              "innerIpAddress", host.address(),
              "profile", host.role().profile(),
              "agentHome", host.role().agentHome(),
              "credential", credential);
      long id = controlPlane.post(Fleet.HOSTS, form).path("id").asLong();
      ids.put(host.name(), id);
      controlPlane.post(Fleet.HOSTS + "/" + id + "/agent/refresh", null);
    }
  }

  long idOf(ContainerHost host) {
    return ids.get(host.name());
  }

  List<ContainerHost> all() {
    return List.copyOf(all);
  }

  Path clientKey() {
    return directory.resolve("client_key");
  }

  Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  /** The directory of the profiles that are files. */
  Path profiles() {
    return directory.resolve("profiles");
  }

  /** Another machine of the same name, address and role takes the place of this one. */
  ContainerHost replace(ContainerHost old) throws IOException {
    old.close();
    int index = all.indexOf(old);
    ContainerHost other = host(index, old.role());
    all.set(index, other);
    start(other);
    return other;
  }

  /** Makes the worker trust the keys that the hosts have now. */
  void trustAll() throws IOException {
    List<String> lines = new ArrayList<>();
    for (ContainerHost host : all) {
      lines.add(host.knownHost());
    }
    Files.write(knownHosts(), lines);
  }

  /** What the README has for sudoers, for these units instead of the one that it names. */
  static String sudoers(List<String> units) throws IOException {
    Path readme = PackagedService.ROOT.resolve("README.md");
    String template =
        Files.readAllLines(readme).stream()
            .filter(line -> line.startsWith(ContainerHost.USER + " ALL=(root) NOPASSWD:"))
            .findFirst()
            .orElseThrow();
    StringBuilder lines = new StringBuilder();
    for (String unit : units) {
      lines.append(template.replace("node_exporter", unit)).append('\n');
    }
    return lines.toString();
  }

  static String resource(String name) throws IOException {
    try (InputStream resource = ContainerHosts.class.getResourceAsStream("host/" + name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Takes away all of them, and their network. */
  @Override
  public void close() {
    all.forEach(ContainerHost::close);
    if (network != null) {
      network.close();
    }
  }

  private ContainerHost host(int index, ContainerHost.Role role) {
    return new ContainerHost(image, network, "host-" + (index + 1), net + "." + (index + 11), role);
  }

  private void start(ContainerHost host) throws IOException {
    Path scratch = Files.createTempDirectory(directory, host.name()).resolve("agent");
    host.start(authorized, sudoers(host.role().units()), scratch);
  }

  /** Hosts keep their addresses, for which Docker wants a network whose subnet was chosen. */
  private Network network() {
    for (int left = TRIES; ; left--) {
      net = "10.213." + ThreadLocalRandom.current().nextInt(NETS);
      Ipam ipam = new Ipam().withConfig(new Ipam.Config().withSubnet(net + ".0/24"));
      Network made =
          Network.builder().createNetworkCmdModifier(command -> command.withIpam(ipam)).build();
      try {
        made.getId();
        return made;
      } catch (DockerException e) {
        // Somebody else has it.
        if (left == 1) {
          throw e;
        }
      }
    }
  }
}
