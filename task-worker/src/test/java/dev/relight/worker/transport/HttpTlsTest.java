package dev.relight.worker.transport;

import static dev.relight.worker.transport.HttpTransportTest.rebinding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a worker trusts over HTTPS. */
class HttpTlsTest {
  @TempDir Path directory;
  private final List<String> names = new CopyOnWriteArrayList<>();

  @BeforeEach
  void write() throws Exception {
    Files.writeString(directory.resolve("api-password"), "secret");
  }

  @Test
  void speaksTlsToWhomItsAuthorityHasSigned() throws Exception {
    HttpsServer secure = tlsServer("server", "ip:127.0.0.1");
    try {
      Path authority = certificate("server", "");
      HttpConfig config = config(secure.getAddress().getPort(), authority);
      assertThat(post(config).status()).isEqualTo(200);
      // A worker that runs sees that the authority has changed.
      Files.copy(
          certificate("other", "ip:127.0.0.1"), authority, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> post(config))
          .isInstanceOf(HostFailure.class)
          .hasMessageStartingWith(
              "The agent's API at https://127.0.0.1:%d is not trusted: "
                  .formatted(secure.getAddress().getPort()))
          .matches(failure -> !HostFailure.isConnectionLost(failure));
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void checksTheNameOfAServerThoughItConnectsToAnAddress() throws Exception {
    HttpsServer secure = tlsServer("named", "dns:agent.test");
    try {
      HttpConfig config = config(secure.getAddress().getPort(), certificate("named", ""));
      List<String> asked = new ArrayList<>();
      assertThat(HttpTransportTest.post(config, "agent.test", rebinding(asked)).status())
          .isEqualTo(200);
      assertThat(names).containsExactly("agent.test");
      assertThat(asked).containsExactly("agent.test");
      assertThatThrownBy(
              () -> HttpTransportTest.post(config, "other.test", rebinding(new ArrayList<>())))
          .isInstanceOf(HostFailure.class)
          .hasMessageContaining("is not trusted: ")
          .hasMessageContaining("other.test");
      assertThatThrownBy(() -> post(config))
          .isInstanceOf(HostFailure.class)
          .hasMessageContaining("is not trusted: ")
          .hasMessageContaining("127.0.0.1");
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void takesAHandshakeThatIsBrokenOffForALostConnection() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread breaking =
          new Thread(
              () -> {
                try (Socket client = socket.accept()) {
                  client.getInputStream().read();
                } catch (IOException e) {
                  // The test has ended.
                }
              });
      breaking.setDaemon(true);
      breaking.start();
      HttpConfig config = config(socket.getLocalPort(), certificate("server", "ip:127.0.0.1"));
      assertThatThrownBy(() -> post(config))
          .isInstanceOf(HostFailure.class)
          .hasMessageEndingWith("does not answer: the connection was lost")
          .matches(HostFailure::isConnectionLost);
    }
  }

  private static HttpTransport.Answer post(HttpConfig config) {
    return HttpTransportTest.post(config, "127.0.0.1", InetAddress::getByName);
  }

  private HttpConfig config(int port, Path authority) {
    Map<String, String> settings = new HashMap<>();
    settings.put("relight.http.credentials.key.ca", authority.toString());
    settings.put("relight.http.request-timeout", "20s");
    return ApiServer.config(port, directory, settings);
  }

  private HttpsServer tlsServer(String certificate, String owner) throws Exception {
    certificate(certificate, owner);
    KeyStore keys =
        KeyStore.getInstance(
            directory.resolve(certificate + ".p12").toFile(), "secret".toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer secure = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    secure.createContext(
        "/",
        exchange -> {
          ExtendedSSLSession session =
              (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
          session
              .getRequestedServerNames()
              .forEach(name -> names.add(((SNIHostName) name).getAsciiName()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    secure.start();
    return secure;
  }

  /** A certificate of one's own, in a PEM file; its key lies beside it. */
  private Path certificate(String name, String owner) throws Exception {
    Path file = directory.resolve(name + ".pem");
    if (!Files.exists(file)) {
      String store = directory.resolve(name + ".p12").toString();
      keytool(
          "-genkeypair",
          "-keyalg",
          "EC",
          "-dname",
          "CN=" + name,
          "-ext",
          "san=" + owner,
          "-storetype",
          "PKCS12",
          "-keystore",
          store,
          "-storepass",
          "secret",
          "-alias",
          "a");
      keytool(
          "-exportcert",
          "-rfc",
          "-keystore",
          store,
          "-storepass",
          "secret",
          "-alias",
          "a",
          "-file",
          file.toString());
    }
    return file;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
