package dev.relight.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The control plane as a client sees it. */
final class Api {
  private static final String RESTART = "/api/v2/compute/hosts/batchRestartAgents";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final String authorization;

  Api(URI base, String user, String password) {
    this.base = base;
    byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  /** Registers a host without an agent and answers its id. */
  long register(String name) throws IOException, InterruptedException {
    Map<String, Object> host =
        Map.of(
            "name", name,
            "innerIpAddress", name,
            "profile", "noop",
            "agentHome", "/opt/agent",
            "credential", "none");
    return answer(send("/api/v2/compute/hosts", host)).path("data").path("id").asLong();
  }

  /** Restarts the agents of the hosts; the answer is read to its last byte. */
  byte[] restart(List<Long> hostIds) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(RESTART, Map.of("hostIds", hostIds));
    if (response.statusCode() != 200) {
      throw new IOException(new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body();
  }

  /** As {@link #restart}, without waiting for it; answers the id of the task. */
  CompletableFuture<Long> restartLater(long hostId) throws IOException {
    return http.sendAsync(
            request(RESTART, Map.of("hostIds", List.of(hostId))),
            HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> answer(response).path("data").path("id").asLong());
  }

  /** The id of the task in an answer to {@link #restart}. */
  long taskId(byte[] body) throws IOException {
    return json.readTree(body).path("data").path("id").asLong();
  }

  private HttpResponse<byte[]> send(String path, Object body)
      throws IOException, InterruptedException {
    return http.send(request(path, body), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest request(String path, Object body) throws IOException {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
        .build();
  }

  private JsonNode answer(HttpResponse<byte[]> response) {
    try {
      JsonNode answer = json.readTree(response.body());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(answer.toString());
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
