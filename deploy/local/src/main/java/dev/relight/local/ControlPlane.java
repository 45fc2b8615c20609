package dev.relight.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A user's view of a control plane: its REST operations, as the user admin. */
public final class ControlPlane {
  /** That the control plane understood and did not do it. */
  public static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private Refusal(int status, String message) {
      super(message);
      this.status = status;
    }

    /** The answer's HTTP status. */
    public int status() {
      return status;
    }
  }

  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI address;
  private final String authorization;

  ControlPlane(URI address, String user, String password) {
    this.address = address;
    byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  /**
   * The {@code data} of the answer; a failure carries what the control plane said.
   *
   * @param path path and query
   */
  public JsonNode get(String path) throws IOException {
    return send("GET", path, null);
  }

  /** The same for POST. */
  public JsonNode post(String path, Map<String, ?> body) throws IOException {
    return send("POST", path, body);
  }

  /** The same for PUT. */
  public JsonNode put(String path, Map<String, ?> body) throws IOException {
    return send("PUT", path, body);
  }

  private JsonNode send(String method, String path, Map<String, ?> body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path)).header("Authorization", authorization);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() == UNAUTHORIZED) {
        throw new IOException(
            "admin's password was refused; RELIGHT_ADMIN_PASSWORD must be that of the first start");
      }
      JsonNode envelope = json.readTree(response.body());
      if (response.statusCode() != OK) {
        String why = envelope.path("error").path("message").asText();
        throw new Refusal(response.statusCode(), method + " " + path + " failed: " + why);
      }
      return envelope.path("data");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(method + " " + path);
    }
  }
}
