package dev.relight.worker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.model.HostTarget;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP servers do to a worker that believes nothing of them. */
class HttpTransportTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();
  private RawServer server;

  @BeforeEach
  void listen() throws Exception {
    Files.writeString(directory.resolve("api-password"), "secret");
    server = new RawServer();
    settings.put("relight.http.request-timeout", "2s");
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void givesTheAnswerAsItIs() {
    server.serve(RawServer.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello"));
    HttpTransport.Answer answer = post();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("hello".getBytes(UTF_8));
    assertThat(server.requests().get(0))
        .startsWith("POST /api/v1/x HTTP/1.1\r\n")
        .endsWith("\r\n\r\n{}");
  }

  @Test
  void signsRequestsByHmac() throws Exception {
    settings.put("relight.http.credentials.key.scheme", "hmac");
    server.serve(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    post();
    Map<String, String> headers = new HashMap<>();
    server
        .requests()
        .get(0)
        .lines()
        .filter(line -> line.contains(": "))
        .forEach(line -> headers.put(line.split(": ")[0].toLowerCase(), line.split(": ", 2)[1]));
    assertThat(headers).containsEntry("date", "2026/03/04 05:06:07");
    String message =
        "POST\n/api/v1/x\napplication/json\n2026/03/04 05:06:07\n" + headers.get("x-ocp-trace-id");
    Process openssl =
        new ProcessBuilder("sh", "-c", "openssl dgst -sha256 -hmac secret -binary | base64")
            .start();
    try (OutputStream in = openssl.getOutputStream()) {
      in.write(message.getBytes(UTF_8));
    }
    String signature = new String(openssl.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(headers).containsEntry("authorization", "OCP-HMACSHA256 ocp_agent:" + signature);
    assertThat(server.requests().get(0)).doesNotContain("secret");
  }

  @Test
  void followsNoRedirect() {
    server.serve(
        RawServer.answering(
            "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/other\r\nContent-Length: 0\r\n\r\n"
                .formatted(server.port())));
    assertThat(post().status()).isEqualTo(307);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void takesNoMoreOfAHugeAnswerThanItsLimit() {
    settings.put("relight.http.max-answer", "100K");
    server.serve(
        client ->
            RawServer.flood(client, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"));
    assertFails("The agent's answer is larger than 102400 bytes", false);
  }

  @Test
  void takesNoMoreOfAnEndlessAnswerThanItsLimit() {
    settings.put("relight.http.max-answer", "100K");
    server.serve(client -> RawServer.flood(client, "HTTP/1.1 200 OK\r\n\r\n"));
    assertFails("The agent's answer is larger than 102400 bytes", false);
  }

  @Test
  void givesUpAnAnswerThatDrips() {
    server.serve(
        client -> {
          OutputStream out = client.getOutputStream();
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
          while (true) {
            out.write(' ');
            out.flush();
            RawServer.pause();
          }
        });
    assertFails(place() + " did not answer within 2 s", true);
  }

  @Test
  void givesUpAServerThatSaysNothing() {
    server.serve(client -> RawServer.pauseForLong());
    assertFails(place() + " did not answer within 2 s", true);
  }

  @Test
  void takesAResetForALostConnection() {
    server.serve(
        client -> {
          client.setSoLinger(true, 0);
          client.close();
        });
    assertFails(place() + " does not answer: the connection was lost", true);
  }

  @Test
  void takesAClosedPortForALostConnection() throws Exception {
    server.close();
    assertFails(place() + " does not answer: connection refused", true);
  }

  @Test
  void doesNotTakeGarbageForHttp() {
    server.serve(RawServer.answering("SSH-2.0-OpenSSH_9.2\r\n"));
    assertFails(place() + " does not answer: the connection was lost", true);
  }

  @Test
  void saysWhatIsWrongWithACredential() throws Exception {
    settings.put("relight.http.credentials.key.networks", "10.0.0.0/8");
    assertFails("The credential 'key' may not be used for 127.0.0.1", false);
    settings.put("relight.http.credentials.key.networks", "127.0.0.0/8");
    settings.put("relight.http.credentials.key.profiles", "obagent-http");
    assertFails(
        "The credential 'key' may not be used for the profile 'ocp-agent-http', but for"
            + " obagent-http",
        false);
    settings.remove("relight.http.credentials.key.profiles");
    Path file = directory.resolve("api-password");
    Files.delete(file);
    assertFails(
        "The password of 'key' cannot be read from %s: NoSuchFileException".formatted(file), false);
  }

  @Test
  void connectsToTheAddressThatWasChecked() {
    settings.put("relight.http.credentials.key.networks", "127.0.0.0/8");
    server.serve(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    List<String> asked = new ArrayList<>();
    HttpTransport.Answer answer =
        post(ApiServer.config(server.port(), directory, settings), "agent.test", rebinding(asked));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(asked).containsExactly("agent.test");
    assertThat(server.requests().get(0)).contains("ost: agent.test:" + server.port() + "\r\n");
  }

  /** Says 127.0.0.1 the first time, and ever after an address at which nobody is. */
  static HttpTransport.Resolver rebinding(List<String> asked) {
    return name -> {
      asked.add(name);
      return InetAddress.getByAddress(
          name, new byte[] {(byte) (asked.size() == 1 ? 127 : 10), 0, 0, 1});
    };
  }

  private void assertFails(String message, boolean connectionLost) {
    assertThatThrownBy(this::post)
        .isInstanceOf(HostFailure.class)
        .hasMessage(message)
        .matches(failure -> HostFailure.isConnectionLost(failure) == connectionLost);
  }

  private HttpTransport.Answer post() {
    return post(ApiServer.config(server.port(), directory, settings));
  }

  private HttpTransport.Answer post(HttpConfig config) {
    return post(config, "127.0.0.1", InetAddress::getByName);
  }

  static HttpTransport.Answer post(
      HttpConfig config, String host, HttpTransport.Resolver resolver) {
    HttpTransport transport =
        new HttpTransport(config, ApiServer.VERTX, Clock.fixed(NOW, ZoneOffset.UTC), resolver);
    HostTarget target = new HostTarget(1, host, 22, "ocp-agent-http", "/a", "key");
    return transport
        .post(target, "x", "{}".getBytes(UTF_8), null)
        .await()
        .atMost(Duration.ofSeconds(20));
  }

  private String place() {
    return "The agent's API at http://127.0.0.1:" + server.port();
  }
}
