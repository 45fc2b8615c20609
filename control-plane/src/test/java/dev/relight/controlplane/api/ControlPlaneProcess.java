package dev.relight.controlplane.api;

import static org.awaitility.Awaitility.await;

import dev.relight.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Another control plane, as it is packaged, on the PostgreSQL and Kafka of these tests. */
final class ControlPlaneProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI address;

  ControlPlaneProcess() throws IOException {
    int port = FreePort.next();
    address = URI.create("http://127.0.0.1:" + port);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dquarkus.http.port=" + port);
    command.add("-Drelight.topics.pools=default,nobody");
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("quarkus.datasource.") || name.startsWith("kafka."))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(List.of("-jar", JAR.toString()));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", "other-control-plane.log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(120)).until(this::isReady);
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    // In order, so that what it reads goes to the other one at once.
    process.destroy();
    process.onExit().join();
  }

  private boolean isReady() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(address.resolve("/q/health/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      if (!process.isAlive()) {
        throw new IllegalStateException("The other control plane has ended by itself", e);
      }
      return false;
    }
  }
}
