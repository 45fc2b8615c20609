package dev.relight.controlplane.api;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** A control plane with little patience, whose PostgreSQL can be taken away. */
public class StrainedDatabase implements QuarkusTestProfile {
  private static final String URL = "quarkus.datasource.reactive.url";
  private static final String SWITCH = "relight.test.relay";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "relight.postgres.wait-timeout", "2s",
        "relight.submit.max-waiting", "10",
        "relight.submit.patience", "10m",
        "relight.admit.max-hosts", "100",
        "relight.admit.max-operations", "5");
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(Way.class));
  }

  static void become(Relay.Mode mode) {
    int port = Integer.getInteger(SWITCH);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(mode.ordinal());
      // Answered when it is done.
      if (socket.getInputStream().read() != mode.ordinal()) {
        throw new IllegalStateException("The way to PostgreSQL does not become " + mode);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The way to PostgreSQL. It hears of a test, which has another class loader, on a port. */
  public static class Way implements QuarkusTestResourceLifecycleManager {
    private Relay relay;
    private ServerSocket orders;
    private String direct;

    @Override
    public Map<String, String> start() {
      try {
        direct = System.getProperty(URL);
        URI server = URI.create(direct);
        relay = new Relay(server.getPort());
        orders = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        System.setProperty(SWITCH, String.valueOf(orders.getLocalPort()));
        Thread listener = new Thread(this::obey, "relay-orders");
        listener.setDaemon(true);
        listener.start();
        // Where the backends of all tests are named; what a resource answers counts for less.
        System.setProperty(URL, "postgresql://127.0.0.1:" + relay.port() + server.getPath());
        return Map.of();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void obey() {
      while (!orders.isClosed()) {
        try (Socket socket = orders.accept()) {
          int mode = socket.getInputStream().read();
          relay.become(Relay.Mode.values()[mode]);
          socket.getOutputStream().write(mode);
        } catch (IOException e) {
          // The test that gave the order says so.
        }
      }
    }

    @Override
    public void stop() {
      System.clearProperty(SWITCH);
      System.setProperty(URL, direct);
      try {
        orders.close();
        relay.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
