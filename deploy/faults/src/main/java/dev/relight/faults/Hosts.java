package dev.relight.faults;

import dev.relight.embedded.FreePort;
import dev.relight.local.DemoHost;
import dev.relight.local.SshFront;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Many hosts with small agents, an SSH server each; what is done to an agent, the host writes down
 * itself.
 */
final class Hosts implements AutoCloseable {
  private static final int ADDRESSES_PER_NET = 250;
  private static final List<String> SCRIPTS = List.of("ocp_agentctl", "ocp_agentd");
  private static final List<String> FAULTS = List.of("crashes", "slow");

  private final List<DemoHost> all = new ArrayList<>();
  private final SshFront ssh;

  Hosts(Path directory, Path keys, int count) throws IOException {
    for (int number = 1; number <= count; number++) {
      all.add(prepare(directory, number));
    }
    ssh = new SshFront(keys, all);
    for (DemoHost host : all) {
      startAgent(host);
    }
  }

  List<DemoHost> all() {
    return all;
  }

  SshFront ssh() {
    return ssh;
  }

  /** Past the fence, as somebody on the host would. */
  static void startAgent(DemoHost host) throws IOException {
    ProcessBuilder start =
        new ProcessBuilder(host.agentHome().resolve("bin/ocp_agentctl").toString(), "start")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    start.environment().put("RELIGHT_BEYOND_FENCE", "yes");
    try {
      start.start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes something go wrong there, as the head of {@code ocp_agentctl} says. */
  static void setFault(DemoHost host, String fault, String content) throws IOException {
    Files.writeString(host.agentHome().resolve(fault), content + "\n");
  }

  static void clearFaults(DemoHost host) throws IOException {
    for (String fault : FAULTS) {
      Files.deleteIfExists(host.agentHome().resolve(fault));
    }
  }

  @Override
  public void close() throws IOException {
    ssh.close();
  }

  private static DemoHost prepare(Path directory, int number) throws IOException {
    String name = "demo-" + number;
    int net = 1 + (number - 1) / ADDRESSES_PER_NET;
    String address = "127.0." + net + "." + (1 + (number - 1) % ADDRESSES_PER_NET);
    DemoHost host = new DemoHost(name, address, FreePort.next(), directory.resolve(name));
    Path bin = Files.createDirectories(host.agentHome().resolve("bin"));
    for (String script : SCRIPTS) {
      try (InputStream text = Hosts.class.getResourceAsStream(script)) {
        Path file = bin.resolve(script);
        Files.writeString(file, new String(text.readAllBytes(), StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    return host;
  }
}
