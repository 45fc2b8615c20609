package dev.relight.worker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.ProcessState;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** The HTTP API of an agent, by its public description: Basic, idempotent by token, and brittle. */
public final class ApiServer implements AutoCloseable {
  public static final String USER = "ocp_agent";
  public static final String PASSWORD = "it's a secret: \u00e9";

  /** As the worker has one, for all that is asked. */
  static final Vertx VERTX = Vertx.vertx();

  private final Path directory;
  private final HttpServer server;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> outcomes = new LinkedHashMap<>();
  private final Map<String, String> more = new HashMap<>();
  private String failure;
  private int toForget;
  private int toBreakOff;
  private boolean duplicate;
  private int restarts;

  public ApiServer(Path directory) throws IOException {
    this.directory = directory;
    Files.writeString(directory.resolve("api-password"), PASSWORD + "\n");
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/api/v1/", this::serve);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public HostTarget target(String credential, String profile) {
    return new HostTarget(1, "127.0.0.1", 1, profile, "/home/admin/ocp_agent", credential);
  }

  /** A transport that knows this server by the credentials "key" and "http-only". */
  public HttpTransport transport() {
    return new HttpTransport(
        config(port(), directory, more), VERTX, Clock.systemUTC(), InetAddress::getByName);
  }

  static HttpConfig config(int port, Path directory, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    for (String name : List.of("key", "http-only")) {
      String prefix = "relight.http.credentials." + name + ".";
      settings.put(prefix + "user", USER);
      settings.put(prefix + "password-file", directory.resolve("api-password").toString());
      settings.put(prefix + "port", Integer.toString(port));
    }
    settings.putAll(more);
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDefaultSources()
        .addDiscoveredConverters()
        .withMapping(HttpConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 500))
        .build()
        .getConfigMapping(HttpConfig.class);
  }

  /** The next restart fails so. */
  public synchronized void failNext(String error) {
    failure = error;
  }

  /** Drops the token of that many restarts before they are begun. */
  public synchronized void forget(int many) {
    toForget = many;
  }

  /** Breaks off the connections of that many requests behind the next restart. */
  public synchronized void breakOff(int many) {
    toBreakOff = -many;
  }

  /** A process is left behind by the next restart. */
  public synchronized void leaveDuplicate() {
    duplicate = true;
  }

  public synchronized int restarts() {
    return restarts;
  }

  public synchronized List<String> tokens() {
    return new ArrayList<>(outcomes.keySet());
  }

  /** The agent as it is now. */
  public synchronized AgentState state() {
    List<ProcessState> processes = new ArrayList<>();
    for (String alias : List.of("ocp_agentd", "ocp_mgragent", "ocp_monagent")) {
      processes.add(
          new ProcessState(
              alias, true, pid(alias, restarts), start(restarts), "admin", alias, "", false));
    }
    return new AgentState(true, "4.2.2", "/home/admin/ocp_agent/log", processes, Instant.now());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void serve(HttpExchange exchange) throws IOException {
    if (toBreakOff > 0) {
      toBreakOff--;
      exchange.close();
      return;
    }
    String expected =
        "Basic "
            + java.util.Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
    if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{\"successful\":false,\"error\":{\"code\":1}}");
      return;
    }
    String token =
        json.readTree(exchange.getRequestBody().readAllBytes()).path("taskToken").asText();
    switch (exchange.getRequestURI().getPath()) {
      case "/api/v1/agent/status" -> succeed(exchange, status());
      case "/api/v1/agent/restart" -> {
        restart(token);
        succeed(exchange, "{\"taskToken\":\"%s\"}".formatted(token));
      }
      case "/api/v1/task/status" -> tell(exchange, outcomes.get(token));
      default -> answer(exchange, 404, "{}");
    }
  }

  private void restart(String token) {
    if (toForget > 0) {
      toForget--;
    } else if (!outcomes.containsKey(token)) {
      outcomes.put(token, failure == null ? "" : failure);
      if (failure == null) {
        restarts++;
      }
      failure = null;
      toBreakOff = Math.abs(toBreakOff);
    }
  }

  private void tell(HttpExchange exchange, String outcome) throws IOException {
    if (outcome == null) {
      answer(
          exchange,
          404,
          "{\"successful\":false,\"status\":404,\"error\":{\"code\":2300,\"message\":\"no task\"}}");
    } else {
      succeed(
          exchange,
          "{\"finished\":true,\"ok\":%s,\"result\":true,\"err\":\"%s\",\"progress\":[]}"
              .formatted(outcome.isEmpty(), outcome));
    }
  }

  private String status() {
    String left =
        duplicate && restarts > 0
            ? "{\"name\":\"ocp_mgragent\",\"pid\":%d}".formatted(pid("ocp_mgragent", restarts - 1))
            : "";
    return """
        {"state":"running","ready":true,"version":"4.2.2","pid":%d,"startAt":%d,
         "services":{"ocp_mgragent":{"state":"running","pid":%d,"startAt":%3$d},
                     "ocp_monagent":{"state":"running","pid":%d,"startAt":%3$d}},"dangling":[%s]}"""
        .replace("%3$d", Long.toString(nanos(restarts)))
        .formatted(
            pid("ocp_agentd", restarts),
            nanos(restarts),
            pid("ocp_mgragent", restarts),
            pid("ocp_monagent", restarts),
            left);
  }

  private static int pid(String alias, int generation) {
    return 1_000 * (generation + 1) + alias.hashCode() % 500;
  }

  private static Instant start(int generation) {
    return Instant.ofEpochSecond(1_600_000_000L + generation);
  }

  private static long nanos(int generation) {
    return start(generation).getEpochSecond() * 1_000_000_000L;
  }

  private static void succeed(HttpExchange exchange, String data) throws IOException {
    answer(exchange, 200, "{\"successful\":true,\"status\":200,\"data\":%s}".formatted(data));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
