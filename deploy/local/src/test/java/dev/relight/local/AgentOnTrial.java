package dev.relight.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An agent's home in a directory of a test, and its tool. */
final class AgentOnTrial implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path hosts;
  private final DemoHost host;

  /** What the tool said. */
  record Answer(int exitCode, String output, String error) {
    JsonNode message() throws IOException {
      return JSON.readTree(output).path("message");
    }

    String code() throws IOException {
      return JSON.readTree(error)
          .path("error")
          .asText()
          .replaceAll("(?s).*code=([a-z_]+);.*", "$1");
    }
  }

  AgentOnTrial(Path directory, AgentKind kind) throws IOException {
    hosts = directory.resolve("hosts");
    host = new DemoHost("demo-1", "127.0.0.1", 0, Files.createDirectories(hosts.resolve("demo-1")));
    new AgentHome(host.agentHome()).install(kind);
  }

  DemoHost host() {
    return host;
  }

  Path hosts() {
    return hosts;
  }

  Path tool() {
    return host.agentHome().resolve("bin/ocp_agentctl");
  }

  Answer run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tool().toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), output, error);
  }

  JsonNode status() throws Exception {
    return run("status").message();
  }

  ProcessHandle process(String service) throws Exception {
    return ProcessHandle.of(status().path("services").path(service).path("pid").asLong())
        .orElseThrow();
  }

  ProcessHandle agentd() throws Exception {
    return ProcessHandle.of(status().path("pid").asLong()).orElseThrow();
  }

  /** Names and pids of what the record says is running. */
  List<DemoHost.Recorded> recorded(String action) throws IOException {
    return host.record().stream().filter(line -> line.action().equals(action)).toList();
  }

  /** Every process of this agent, found without asking it. */
  List<ProcessHandle> processes() {
    return OurProcesses.of(argument -> argument.startsWith(hosts + "/")).found();
  }

  @Override
  public void close() throws IOException {
    host.clearFaults();
    DemoHosts.endAgents(hosts);
  }
}
