package dev.relight.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.local.SpanCollector.Taken;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who looks after a running system, and what is written for him. */
final class Operator {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final LocalSystem system;

  Operator(LocalSystem system) {
    this.system = system;
  }

  /** Restarts a host's agent within a trace; the id of the task. */
  long restart(DemoHost host, String traceparent) throws Exception {
    String body = "{\"hostIds\":[" + system.idOf(host) + "]}";
    return post("/batchRestartAgents", body, traceparent).path("id").asLong();
  }

  /** Asks for something within a trace, of hosts. */
  JsonNode post(String path, String body, String traceparent) throws Exception {
    String user = LocalSystem.ADMIN + ":" + system.password();
    HttpRequest request =
        HttpRequest.newBuilder(system.controlPlanes().get(0).uri().resolve(Fleet.HOSTS + path))
            .header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)))
            .header("Content-Type", "application/json")
            .header("traceparent", traceparent)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return JSON.readTree(answer).path("data");
  }

  /** The worker that has the stop of a task's agent in hand. */
  void killTheWorkerOf(JsonNode task) {
    String executor =
        Fleet.only(
                Fleet.list(task.path("subtasks")),
                subtask -> subtask.path("name").asText().startsWith("Stop all"))
            .path("executor")
            .asText();
    system.workers().stream()
        .map(Service::process)
        .filter(process -> executor.contains("-" + process.pid() + "-"))
        .findFirst()
        .orElseThrow()
        .destroyForcibly();
  }

  /** What a service says that is started like another one, but for some settings; it must end. */
  static String startedWith(Service service, Path output, String... settings) throws Exception {
    Path proc = Path.of("/proc", Long.toString(service.process().pid()));
    List<String> command =
        new ArrayList<>(List.of(Files.readString(proc.resolve("cmdline")).split("\0")));
    command.removeIf(word -> word.startsWith(Leftovers.MARK) || word.contains("console.json"));
    command.addAll(command.indexOf("-jar"), List.of(settings));
    command.add(command.indexOf("-jar"), "-Dquarkus.http.port=0");
    ProcessBuilder builder = new ProcessBuilder(command);
    for (String variable : Files.readString(proc.resolve("environ")).split("\0")) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(process.exitValue()).isNotZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** The names of a span and of what led to it, and at last the id of who is none of ours. */
  static String ancestors(Taken span, List<Taken> all) {
    Map<String, Taken> byId =
        all.stream().collect(Collectors.toMap(Taken::id, it -> it, (a, b) -> a));
    List<String> names = new ArrayList<>();
    Taken next = span;
    String parent = span.parent();
    while (next != null) {
      names.add(next.name());
      parent = next.parent();
      next = byId.get(parent);
    }
    names.add(parent);
    return String.join(", ", names);
  }

  /** Labels by metric, from the tables of the documentation. */
  static Map<String, Set<String>> documented(Path document) throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    Pattern row = Pattern.compile("\\| `(relight_\\w+)` \\| \\w+ \\| ([^|]*) \\|.*");
    for (String line : Files.readAllLines(document)) {
      Matcher matcher = row.matcher(line);
      if (matcher.matches()) {
        Set<String> labels =
            Arrays.stream(matcher.group(2).replace("`", "").split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toSet());
        documented.put(matcher.group(1), labels);
      }
    }
    return documented;
  }

  /** Status and text of an answer; nothing while there is none. */
  static String health(Service service, String check) {
    HttpRequest request =
        HttpRequest.newBuilder(service.uri().resolve("/q/health/" + check))
            .timeout(Duration.ofSeconds(20))
            .build();
    try {
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
