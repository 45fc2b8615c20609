package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.worker.metrics.Metric;
import dev.relight.worker.tracing.Span;
import dev.relight.worker.tracing.Spans;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * Reaches the HTTP APIs of agents. What they answer is not trusted: it is bounded in size and time,
 * and no redirect is followed.
 */
@Singleton
public class HttpTransport {
  private static final String API = "/api/v1/";

  /** What an API answered. */
  public record Answer(int status, byte[] body) {}

  private record Caller(HttpClient client, RequestSigner signer, URI base) {}

  // The JDK's client: what it does is enough, it does not block, and it is kept with the JDK.
  private record KnownClient(TrustedAuthorities authorities, HttpClient client) {}

  private final HttpConfig config;
  private final Clock clock;
  private final Map<String, KnownClient> clients = new ConcurrentHashMap<>();

  @Inject
  HttpTransport(HttpConfig config) {
    this(config, Clock.systemUTC());
  }

  HttpTransport(HttpConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Asks the API of the host's agent; fails with a {@link HostFailure}.
   *
   * @param path from {@value #API} on
   * @param traceparent of what it is asked for
   */
  public Uni<Answer> post(HostTarget host, String path, byte[] body, String traceparent) {
    return Uni.createFrom()
        .item(() -> caller(host))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(
            caller ->
                Metric.AGENT_REQUEST.timed(
                    () ->
                        Spans.within(
                            () -> span(caller, path, traceparent),
                            () -> send(caller, API + path, body))));
  }

  // The agent is not told of the trace: it is not one of ours, and takes the headers that it knows.
  private static Span span(Caller caller, String path, String traceparent) {
    return Spans.client("http " + path, traceparent)
        .with("http.request.method", "POST")
        .with("server.address", caller.base.getHost())
        .with("server.port", caller.base.getPort());
  }

  private Uni<Answer> send(Caller caller, String path, byte[] body) {
    URI uri = caller.base.resolve(path);
    HttpRequest request = request(caller, uri, body);
    return Uni.createFrom()
        .<Answer>emitter(
            answer -> {
              CompletableFuture<HttpResponse<byte[]>> response =
                  caller.client.sendAsync(
                      request, head -> new BoundedBody((int) config.maxAnswer().asLongValue()));
              answer.onTermination(() -> response.cancel(true));
              response.whenComplete(
                  (got, failure) -> {
                    if (failure == null) {
                      answer.complete(new Answer(got.statusCode(), got.body()));
                    } else {
                      answer.fail(failure(uri, failure));
                    }
                  });
            })
        // A request's own limit ends with its head: this one holds to the last byte.
        .ifNoItem()
        .after(config.requestTimeout())
        .failWith(
            () ->
                HostFailure.connection(
                    "%s did not answer within %d s"
                        .formatted(place(uri), config.requestTimeout().toSeconds())));
  }

  private HttpRequest request(Caller caller, URI uri, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    caller
        .signer
        .headers("POST", uri.getRawPath(), clock.instant(), UUID.randomUUID().toString())
        .forEach(request::header);
    return request.build();
  }

  private Caller caller(HostTarget host) {
    String name = host.credential();
    HttpConfig.Credential credential = name == null ? null : config.credentials().get(name);
    if (credential == null) {
      throw new HostFailure("The worker has no HTTP credential '" + name + "'");
    }
    Scope scope = new Scope(name, credential.networks(), credential.profiles());
    scope.check(host.profile());
    scope.check(resolve(host.address()));
    String password =
        new Secret(
                "password of '" + name + "'",
                credential.passwordFile(),
                credential.passwordVariable())
            .read();
    if (password == null) {
      throw new HostFailure("The HTTP credential '%s' has no password".formatted(name));
    }
    return new Caller(
        client(name, credential),
        new RequestSigner(credential.scheme(), credential.user(), password),
        base(host.address(), credential));
  }

  private HttpClient client(String name, HttpConfig.Credential credential) {
    Optional<TrustedAuthorities> authorities = credential.ca().map(TrustedAuthorities::in);
    return clients.compute(
            name,
            (key, known) ->
                known != null && authorities.equals(Optional.ofNullable(known.authorities))
                    ? known
                    : new KnownClient(authorities.orElse(null), client(authorities)))
        .client;
  }

  private HttpClient client(Optional<TrustedAuthorities> authorities) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.connectTimeout())
            .executor(Infrastructure.getDefaultExecutor());
    authorities.ifPresent(trusted -> builder.sslContext(trusted.context()));
    return builder.build();
  }

  private static URI base(String address, HttpConfig.Credential credential) {
    try {
      String scheme = credential.ca().isPresent() ? "https" : "http";
      URI base = new URI(scheme, null, address, credential.port(), "/", null, null);
      if (base.getHost() != null) {
        return base;
      }
    } catch (URISyntaxException e) {
      // As below.
    }
    throw new HostFailure("'" + address + "' cannot be part of an HTTP address");
  }

  private static InetAddress resolve(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw HostFailure.connection("There is no host '" + address + "'");
    }
  }

  private static HostFailure failure(URI uri, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof HostFailure known) {
        return known;
      }
    }
    if (cause instanceof SSLException) {
      return new HostFailure(
          "%s is not trusted: %s".formatted(place(uri), firstLine(cause.getMessage())));
    }
    String reason =
        cause instanceof HttpTimeoutException
            ? "no connection in time"
            : cause instanceof ConnectException ? "connection refused" : "the connection was lost";
    return HostFailure.connection("%s does not answer: %s".formatted(place(uri), reason));
  }

  private static String place(URI uri) {
    return "The agent's API at %s://%s:%d".formatted(uri.getScheme(), uri.getHost(), uri.getPort());
  }

  private static String firstLine(String text) {
    return text == null ? "TLS failed" : text.lines().findFirst().orElse("TLS failed");
  }
}
