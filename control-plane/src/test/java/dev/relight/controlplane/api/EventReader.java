package dev.relight.controlplane.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Reads a live stream as a browser does: by the protocol of server-sent events alone. */
final class EventReader implements AutoCloseable {
  /**
   * An event of the stream.
   *
   * @param id the last one that was heard
   * @param name {@code message} for one without a name
   */
  record Heard(String id, String name, String data) {}

  /** One of the events that a message carries, by its task and its number there. */
  record Seen(long task, long version) {}

  static final Duration LONG = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpResponse<InputStream> response;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile int comments;
  private volatile String lastId;
  private volatile boolean ended;
  private volatile boolean broken;

  private EventReader(HttpResponse<InputStream> response, String lastId) {
    this.response = response;
    this.lastId = lastId;
    if (response.statusCode() == 200) {
      Thread thread = new Thread(this::read, "event-reader");
      thread.setDaemon(true);
      thread.start();
    }
  }

  static EventReader admin(String path, String lastId) {
    return open(URI.create(RestAssured.baseURI + ":" + RestAssured.port), path, lastId);
  }

  static EventReader open(URI server, String path, String lastId) {
    return open(server, path, lastId, "admin", "admin-secret");
  }

  static EventReader open(URI server, String path, String lastId, String user, String password) {
    byte[] credentials = (user + ":" + password).getBytes(UTF_8);
    return open(server, path, lastId, "Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  static EventReader open(URI server, String path, String lastId, String authorization) {
    return open(server, path, lastId, Map.of("Authorization", authorization));
  }

  static EventReader open(URI server, String path, String lastId, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).header("Accept", "text/event-stream");
    headers.forEach(request::header);
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    try {
      return new EventReader(
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()), lastId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<InputStream> response() {
    return response;
  }

  List<Heard> heard() {
    return heard;
  }

  /** Of these tasks. */
  List<Seen> seen(List<Long> tasks) {
    return seen.stream().filter(event -> tasks.contains(event.task())).toList();
  }

  EventReader await(List<Long> tasks, int count) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(seen(tasks)).hasSizeGreaterThanOrEqualTo(count));
    return this;
  }

  void await(Seen event) {
    Awaitility.await().atMost(LONG).until(() -> seen.contains(event));
  }

  /** The id of the place at which it began. */
  String start() {
    Awaitility.await().atMost(LONG).until(() -> lastId != null);
    return lastId;
  }

  int comments() {
    return comments;
  }

  String lastId() {
    return lastId;
  }

  /** Whether the server has ended it in good order. */
  boolean isEnded() {
    return ended;
  }

  /** Whether it broke off. */
  boolean isBroken() {
    return broken;
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      String name = "message";
      String id = lastId;
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          // Not before: what breaks off behind its id was not heard.
          lastId = id;
          dispatch(name, data.toString());
          name = "message";
          data.setLength(0);
        } else if (line.startsWith(":")) {
          comments++;
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        }
      }
      ended = true;
    } catch (IOException e) {
      broken = true;
    }
  }

  private void dispatch(String name, String data) throws IOException {
    if (data.isEmpty()) {
      return;
    }
    if (name.equals("message")) {
      for (JsonNode event : JSON.readTree(data)) {
        seen.add(new Seen(event.get("taskId").asLong(), event.get("version").asLong()));
      }
    }
    heard.add(new Heard(lastId, name, data));
  }
}
