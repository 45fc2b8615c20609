package dev.relight.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A user: asks the control planes in turn, and the same thing under the same key until answered.
 */
final class Client {
  /**
   * What a control plane said.
   *
   * @param status of HTTP, 0 where there was no answer
   */
  record Answer(int status, JsonNode data) {
    boolean isFinal() {
      return status >= 200 && status < 500 && status != TOO_MANY;
    }
  }

  static final int OK = 200;
  static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration UNTIL_ANSWERED = Duration.ofMinutes(8);
  private static final long PAUSE_MILLIS = 50;
  private static final String API = "/api/v2";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<URI> controlPlanes;
  private final String authorization;
  private final Consumer<String> complaints;

  /**
   * Asks nothing yet.
   *
   * @param complaints takes what nobody may be answered, whatever is broken
   */
  Client(List<URI> controlPlanes, String password, Consumer<String> complaints) {
    this.controlPlanes = controlPlanes;
    this.complaints = complaints;
    byte[] credentials = ("admin:" + password).getBytes(StandardCharsets.UTF_8);
    authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  /** Asks until there is an answer that will not change. */
  Answer get(String path) throws InterruptedException {
    return untilAnswered("GET", path, null, null);
  }

  /** The same for POST; without a key it may be done twice. */
  Answer post(String path, Map<String, ?> body, String key) throws InterruptedException {
    return untilAnswered("POST", path, body, key);
  }

  /** Asks once, and waits for as long as that. */
  Answer once(String method, String path, Map<String, ?> body, String key, Duration patience)
      throws InterruptedException {
    URI address = controlPlanes.get(Math.floorMod(turn.getAndIncrement(), controlPlanes.size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(API + path))
            .timeout(patience)
            .header("Authorization", authorization);
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    try {
      if (body == null) {
        request.method(method, BodyPublishers.noBody());
      } else {
        request.header("Content-Type", "application/json");
        request.method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
      }
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      wrong(response)
          .ifPresent(what -> complaints.accept("%s %s: %s".formatted(method, path, what)));
      return new Answer(response.statusCode(), json.readTree(response.body()).path("data"));
    } catch (IOException noAnswer) {
      return new Answer(0, MissingNode.getInstance());
    }
  }

  private static Optional<String> wrong(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= SERVER_ERROR && status != UNAVAILABLE) {
      return Optional.of(status + " " + new String(response.body(), StandardCharsets.UTF_8));
    }
    boolean mustTellWhen = status == TOO_MANY || status == UNAVAILABLE;
    return mustTellWhen && response.headers().firstValue("Retry-After").isEmpty()
        ? Optional.of(status + " without Retry-After")
        : Optional.empty();
  }

  private Answer untilAnswered(String method, String path, Map<String, ?> body, String key)
      throws InterruptedException {
    long deadline = System.nanoTime() + UNTIL_ANSWERED.toNanos();
    while (true) {
      Answer answer = once(method, path, body, key, PATIENCE);
      if (answer.isFinal()) {
        return answer;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "%s %s was not answered in %s; last %d"
                .formatted(method, path, UNTIL_ANSWERED, answer.status));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
