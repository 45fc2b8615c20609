package dev.relight.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** An agent that is operated by its HTTP API; it can say that it runs, and no more. */
final class AgentServer implements AutoCloseable {
  static final String CREDENTIAL = "api";

  private static final String STATUS =
      """
      {"successful":true,"data":{"state":"running","ready":true,"version":"4.2.2","pid":1000,
       "startAt":1767225600000000000,"services":{},"dangling":[]}}""";

  private final HttpServer server;

  AgentServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/agent/status", AgentServer::tell);
    server.start();
  }

  /** Makes a worker able to enter. */
  void introduce(PackagedService worker) {
    String prefix = "relight.http.credentials." + CREDENTIAL + ".";
    worker
        .with(prefix + "user", "ocp_agent")
        .with(prefix + "password-variable", "API_PASSWORD")
        .with(prefix + "port", server.getAddress().getPort())
        .withSecret("API_PASSWORD", "of-the-agent");
  }

  /** As a host is registered. */
  static Map<String, ?> description() {
    return Map.of(
        "name", "with-an-api",
        "innerIpAddress", "127.0.0.1",
        "sshPort", 22,
        "profile", "ocp-agent-http",
        "agentHome", "/home/admin/ocp_agent",
        "credential", CREDENTIAL);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void tell(HttpExchange exchange) throws IOException {
    byte[] status = STATUS.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, status.length);
    exchange.getResponseBody().write(status);
    exchange.close();
  }
}
