package dev.relight.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.relight.embedded.FreePort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret is anywhere but where it was put: not in PostgreSQL, on topics, in logs or answers. */
class SecretsIT {
  private static final String SSH_PASSWORD = "Ssh-Pass/w0rd+planted?1";
  private static final String PASSPHRASE = "Key-Phrase/planted+of?2";
  private static final String API_PASSWORD = "Api-Pass/w0rd+planted?3";
  private static final String USER_PASSWORD = "User-Pass/w0rd+planted?4";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> answers = new CopyOnWriteArrayList<>();
  private final List<String> passwordsTried = new CopyOnWriteArrayList<>();
  private final List<String> apiCallers = new CopyOnWriteArrayList<>();
  private final Parts parts = new Parts();
  private LocalSystem system;
  private int apiPort;

  @AfterEach
  void end() {
    parts.close();
  }

  @Test
  void aSecretIsNowhereButWhereItWasPut() throws Exception {
    start();
    String secretKey = work();
    List<Planted> planted =
        List.of(
            new Planted("SSH password", SSH_PASSWORD),
            new Planted("passphrase of the SSH key", PASSPHRASE),
            new Planted("password of the agent's API", API_PASSWORD),
            new Planted("password of a user", USER_PASSWORD),
            new Planted("secret key of a user", secretKey),
            new Planted("password of admin", system.password()),
            new Planted("password of PostgreSQL", system.postgres().password()),
            new Planted("password of the service", system.postgres().servicePassword()),
            new Planted("SSH key", privateKey()),
            new Planted("master key", masterKey()));
    // It must be found: the search is none otherwise.
    Planted credential = new Planted("name of a credential", "guarded");

    assertThat(passwordsTried).as("it was used").contains(SSH_PASSWORD);
    assertThat(apiCallers).as("it was used").anyMatch(call -> call.contains(API_PASSWORD));
    List<String> findings = new ArrayList<>();
    List<String> found = new ArrayList<>();
    Belongings all =
        new Belongings(
            system,
            (where, bytes) -> {
              Planted.lookIn(planted, where, bytes, findings);
              Planted.lookIn(List.of(credential), where, bytes, found);
            });
    all.rows();
    all.records();
    all.logs();
    all.commandLines();
    for (String answer : answers) {
      Planted.lookIn(planted, "an answer", answer.getBytes(UTF_8), findings);
    }
    assertThat(findings).isEmpty();
    assertThat(String.join("\n", found))
        .contains("in table public.host")
        .contains("in topic relight.subtask-commands, a value")
        .contains("in the command line of worker-1");
  }

  /** Everything that a secret takes part in, gone well and gone wrong; gives the secret key. */
  private String work() throws Exception {
    DemoHost host = system.hosts().get(0);
    String path = Fleet.HOSTS + "/" + system.idOf(host);
    admin("PUT", path, Map.of("credential", "guarded"));
    assertThat(restart(system.idOf(host))).isEqualTo("SUCCESSFUL");
    assertThat(restart(register("stranger", sshServer(), "ocp-agent"))).isEqualTo("FAILED");
    assertThat(restart(register("api", 22, "ocp-agent-http"))).isEqualTo("FAILED");
    admin("GET", path + "/registration", null);
    admin("GET", path + "/agent", null);

    Map<String, Object> user =
        Map.of("name", "planter", "password", USER_PASSWORD, "roles", List.of("HOST_MANAGER"));
    admin("POST", "/api/v2/iam/users", user);
    send("GET", Fleet.HOSTS, null, "planter:" + USER_PASSWORD);
    send("GET", Fleet.HOSTS, null, "planter:" + USER_PASSWORD + "-mistyped");
    send("POST", Fleet.HOSTS, Map.of("name", USER_PASSWORD), "stranger:" + USER_PASSWORD);
    JsonNode key = admin("POST", "/api/v2/iam/users/planter/accessKeys", null);
    // It is told this once, and never again.
    answers.remove(answers.size() - 1);
    admin("GET", "/api/v2/iam/users", null);
    admin("GET", "/api/v2/audit/events?size=100", null);
    return key.path("secretKey").asText();
  }

  private String restart(long host) throws Exception {
    JsonNode task = admin("POST", Fleet.HOSTS + "/" + host + "/agent/restart", null);
    String path = Fleet.TASKS + task.path("id").asLong();
    JsonNode ended =
        await()
            .atMost(PATIENCE)
            .until(
                () -> admin("GET", path, null),
                now -> !now.path("status").asText().equals("RUNNING"));
    for (JsonNode subtask : ended.path("subtasks")) {
      admin("GET", path + "/subtasks/" + subtask.path("id").asLong() + "/log", null);
    }
    // Ends with its task.
    admin("GET", path + "/events", null);
    return ended.path("status").asText();
  }

  private long register(String credential, int port, String profile) throws Exception {
    Map<String, Object> host =
        Map.of(
            "name",
            "demo-of-" + credential,
            "innerIpAddress",
            "127.0.0.1",
            "sshPort",
            port,
            "profile",
            profile,
            "agentHome",
            "/tmp/agent-of-" + credential,
            "credential",
            credential);
    return admin("POST", Fleet.HOSTS, host).path("id").asLong();
  }

  private JsonNode admin(String method, String path, Map<String, ?> body) throws Exception {
    return send(method, path, body, LocalSystem.ADMIN + ":" + system.password());
  }

  private JsonNode send(String method, String path, Map<String, ?> body, String user)
      throws Exception {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(system.controlPlanes().get(0).uri().resolve(path))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    answers.add(answer.headers().map() + "\n" + answer.body());
    return answer.body().startsWith("{") ? JSON.readTree(answer.body()).path("data") : null;
  }

  private void start() throws Exception {
    apiPort = agentApi();
    Options options = new Options(directory, FreePort.next(), 1, 1, 1, true);
    system = new LocalSystem(options, System.out::println).tellWorkers(this::tell);
    parts.add(system);
    system.start();
  }

  private void tell(PackagedService worker) {
    String ssh = "relight.ssh.credentials.";
    String api = "relight.http.credentials.api.";
    worker
        .with(ssh + "guarded.user", SshFront.USER)
        .with(ssh + "guarded.private-key", guardedKey())
        .with(ssh + "guarded.passphrase-variable", "PLANTED_PASSPHRASE")
        .with(ssh + "stranger.user", SshFront.USER)
        .with(ssh + "stranger.password-variable", "PLANTED_SSH_PASSWORD")
        .with(api + "user", "agent")
        .with(api + "port", apiPort)
        .with(api + "password-variable", "PLANTED_API_PASSWORD")
        .withSecret("PLANTED_PASSPHRASE", PASSPHRASE)
        .withSecret("PLANTED_SSH_PASSWORD", SSH_PASSWORD)
        .withSecret("PLANTED_API_PASSWORD", API_PASSWORD);
  }

  /** The key of the demo hosts, which takes a passphrase there. */
  private Path guardedKey() {
    Path guarded = directory.resolve("guarded_key");
    OpenSSHKeyEncryptionContext encryption = new OpenSSHKeyEncryptionContext();
    encryption.setPassword(PASSPHRASE);
    encryption.setCipherType("256");
    try (OutputStream file = Files.newOutputStream(guarded)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(clientKey(), "demo", encryption, file);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return guarded;
  }

  private KeyPair clientKey() throws Exception {
    return new SimpleGeneratorHostKeyProvider(system.ssh().clientKey())
        .loadKeys(null)
        .iterator()
        .next();
  }

  private byte[] privateKey() throws Exception {
    return ((ECPrivateKey) clientKey().getPrivate()).getS().toByteArray();
  }

  private byte[] masterKey() throws IOException {
    String line = Files.readString(system.data().resolve("master-keys")).strip();
    return Base64.getDecoder().decode(line.split(":")[1]);
  }

  /** A host that lets nobody in, whatever he says. */
  private int sshServer() throws Exception {
    SshServer server = parts.add(SshServer.setUpDefaultServer());
    server.setHost("127.0.0.1");
    SimpleGeneratorHostKeyProvider key =
        new SimpleGeneratorHostKeyProvider(directory.resolve("stranger_key"));
    server.setKeyPairProvider(key);
    server.setPasswordAuthenticator(
        (user, password, session) -> {
          passwordsTried.add(password);
          return false;
        });
    server.start();
    String line =
        "\n[127.0.0.1]:%d %s\n"
            .formatted(
                server.getPort(),
                PublicKeyEntry.toString(key.loadKeys(null).iterator().next().getPublic()));
    Files.writeString(system.ssh().knownHosts(), line, StandardOpenOption.APPEND);
    return server.getPort();
  }

  /** An agent that says more than it should. */
  private int agentApi() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    parts.add(() -> server.stop(0));
    server.createContext(
        "/",
        exchange -> {
          String basic = exchange.getRequestHeaders().getFirst("Authorization").split(" ")[1];
          String caller = new String(Base64.getDecoder().decode(basic), UTF_8);
          apiCallers.add(caller);
          String text = "no user agent with password=" + caller.split(":")[1];
          byte[] body =
              JSON.writeValueAsBytes(Map.of("successful", false, "error", Map.of("message", text)));
          exchange.sendResponseHeaders(500, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server.getAddress().getPort();
  }
}
