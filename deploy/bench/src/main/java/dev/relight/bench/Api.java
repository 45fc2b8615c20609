package dev.relight.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The control plane as a client sees it. */
final class Api {
  private static final String RESTART = "/api/v2/compute/hosts/batchRestartAgents";

  private final ObjectMapper json = new ObjectMapper();
  // Its own pool makes and ends threads all the time, on the processors that are measured.
  private final ExecutorService threads = Executors.newFixedThreadPool(2, Api::daemon);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final URI base;
  private final String authorization;

  Api(URI base, String user, String password) {
    this.base = base;
    byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  /** Registers a host without an agent and answers its id. */
  long register(String name) throws IOException, InterruptedException {
    return register(name, name, 22, "noop", "none");
  }

  /** Registers a host whose agent is operated over SSH, as those of the demo hosts are. */
  long register(String name, String address, int port) throws IOException, InterruptedException {
    return register(name, address, port, "ocp-agent", "demo");
  }

  private long register(String name, String address, int port, String profile, String credential)
      throws IOException, InterruptedException {
    Map<String, Object> host =
        Map.of(
            "name", name,
            "innerIpAddress", address,
            "sshPort", port,
            "profile", profile,
            "agentHome", "/opt/agent",
            "credential", credential);
    return id(answer(send("/api/v2/compute/hosts", host)));
  }

  /** Takes a host back that was registered for the measurement. */
  void remove(long host) throws IOException, InterruptedException {
    delete("/api/v2/compute/hosts/" + host);
  }

  private void delete(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Authorization", authorization)
            .DELETE()
            .build();
    answer(http.send(request, HttpResponse.BodyHandlers.ofByteArray()));
  }

  /** Restarts the agents of the hosts; the answer is read to its last byte. */
  byte[] restart(List<Long> hostIds) throws IOException, InterruptedException {
    return answer(send(RESTART, Map.of("hostIds", hostIds)));
  }

  /** As {@link #restart}, without waiting for it; answers the id of the task. */
  CompletableFuture<Long> restartLater(long hostId) throws IOException {
    return http.sendAsync(
            request(RESTART, Map.of("hostIds", List.of(hostId))),
            HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> id(answer(response)));
  }

  /** As {@link #restartLater}; the answer as it is, also a refusal. */
  CompletableFuture<HttpResponse<byte[]>> ask(long hostId) throws IOException {
    return http.sendAsync(
        request(RESTART, Map.of("hostIds", List.of(hostId))),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Adds a user who may restart agents. */
  void addUser(String name, String password) throws IOException, InterruptedException {
    Map<String, Object> user =
        Map.of("name", name, "password", password, "roles", List.of("HOST_MANAGER"));
    answer(send("/api/v2/iam/users", user));
  }

  void removeUser(String name) throws IOException, InterruptedException {
    delete("/api/v2/iam/users/" + name);
  }

  /** How the user proves who he is. */
  String authorization() {
    return authorization;
  }

  /** What is there, to its last byte. */
  byte[] get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path)).header("Authorization", authorization).build();
    return answer(http.send(request, HttpResponse.BodyHandlers.ofByteArray()));
  }

  /** An answer as JSON. */
  JsonNode tree(byte[] body) throws IOException {
    return json.readTree(body);
  }

  /** The id of the task in an answer to {@link #restart}. */
  long taskId(byte[] body) {
    return id(body);
  }

  /** Read no further than to the id: what the load costs is taken from what is measured. */
  private long id(byte[] body) {
    try (JsonParser parser = json.createParser(body)) {
      parser.nextToken();
      for (String wanted : List.of("data", "id")) {
        while (!wanted.equals(parser.nextFieldName())) {
          parser.nextToken();
          parser.skipChildren();
        }
        parser.nextToken();
      }
      return parser.getLongValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<byte[]> send(String path, Object body)
      throws IOException, InterruptedException {
    return http.send(request(path, body), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "load");
    thread.setDaemon(true);
    return thread;
  }

  private HttpRequest request(String path, Object body) throws IOException {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
        .build();
  }

  private static byte[] answer(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body();
  }
}
