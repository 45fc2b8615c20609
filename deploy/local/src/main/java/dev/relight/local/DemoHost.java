package dev.relight.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A host to try things on: an SSH server on a loopback address, in front of an agent whose
 * processes are real.
 *
 * @param name its name in the inventory
 * @param address its IP address
 * @param sshPort port of its SSH server
 * @param directory all that is on the host
 */
public record DemoHost(String name, String address, int sshPort, Path directory) {
  /**
   * A line of the host's record: what was really done, whatever anybody says.
   *
   * @param nanos when, in nanoseconds since the epoch
   * @param action {@code start} or {@code stop}
   * @param process the agent's name for the process
   * @param pid its process id
   */
  public record Recorded(long nanos, String action, String process, long pid) {}

  /** The agent's home. */
  public Path agentHome() {
    return agentHome(directory);
  }

  static Path agentHome(Path host) {
    return host.resolve("ocp_agent");
  }

  /** Every start and stop of the agent's processes, oldest first. */
  public List<Recorded> record() throws IOException {
    return Files.readAllLines(directory.resolve("record")).stream()
        .map(line -> line.split(" "))
        .map(
            word ->
                new Recorded(Long.parseLong(word[0]), word[1], word[2], Long.parseLong(word[3])))
        .toList();
  }

  /**
   * Makes something go wrong on the host, until {@link #clearFaults()}.
   *
   * @param fault one of those that the head of {@code bin/ocp_agentctl} lists
   * @param content what the fault wants to be told, else ""
   */
  public void setFault(String fault, String content) throws IOException {
    Files.writeString(agentHome().resolve("faults").resolve(fault), content);
  }

  /** Lets all go well again. */
  public void clearFaults() throws IOException {
    try (DirectoryStream<Path> faults = Files.newDirectoryStream(agentHome().resolve("faults"))) {
      for (Path fault : faults) {
        Files.delete(fault);
      }
    }
  }
}
