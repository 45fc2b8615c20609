package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import dev.relight.worker.metrics.Metric;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reaches the HTTP APIs of agents. What they answer is not trusted: it is bounded in size and time,
 * and no redirect is followed. A name is resolved once: what is connected to is the address that
 * was checked.
 */
@Singleton
public class HttpTransport {
  private static final String API = "/api/v1/";

  /** What an API answered. */
  public record Answer(int status, byte[] body) {}

  /** Tells the address of a host. */
  @FunctionalInterface
  interface Resolver {
    InetAddress resolve(String name) throws UnknownHostException;
  }

  private record Caller(
      HttpClient client, RequestSigner signer, URI base, InetSocketAddress address) {}

  private record KnownClient(Optional<TrustedAuthorities> authorities, HttpClient client) {}

  /** In seconds: work on a host asks every second, and none of it holds a connection for long. */
  private static final int KEEP_ALIVE = 10;

  private final HttpConfig config;
  private final Vertx vertx;
  private final Clock clock;
  private final Resolver resolver;
  private final Map<String, KnownClient> clients = new ConcurrentHashMap<>();

  @Inject
  HttpTransport(HttpConfig config, Vertx vertx) {
    this(config, vertx, Clock.systemUTC(), InetAddress::getByName);
  }

  HttpTransport(HttpConfig config, Vertx vertx, Clock clock, Resolver resolver) {
    this.config = config;
    this.vertx = vertx;
    this.clock = clock;
    this.resolver = resolver;
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
    return Uni.createFrom()
        .<Answer>emitter(
            answer -> {
              RequestOptions options = options(caller, uri);
              // From another thread one could be too late for an answer that comes at once.
              vertx.runOnContext(loop -> send(caller.client, uri, options, body, answer));
            })
        // To the last byte.
        .ifNoItem()
        .after(config.requestTimeout())
        .failWith(() -> HttpFailure.late(uri, config.requestTimeout().toSeconds()))
        // Event loops have other things to do than what comes behind it.
        .emitOn(Infrastructure.getDefaultExecutor());
  }

  private void send(
      HttpClient client,
      URI uri,
      RequestOptions options,
      byte[] body,
      UniEmitter<? super Answer> answer) {
    Future<HttpClientRequest> request = client.request(options);
    Future<Answer> answered =
        request
            .compose(ready -> ready.send(Buffer.buffer(body)))
            .compose(
                head ->
                    BoundedBody.of(head, (int) config.maxAnswer().asLongValue())
                        .map(bytes -> new Answer(head.statusCode(), bytes)));
    answered.onSuccess(answer::complete);
    answered.onFailure(failure -> answer.fail(HttpFailure.of(uri, failure)));
    answer.onTermination(
        () -> {
          if (!answered.isComplete()) {
            request.onSuccess(HttpClientRequest::reset);
          }
        });
  }

  private RequestOptions options(Caller caller, URI uri) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            // What is connected to; the host and its port go into the header, and TLS holds to it.
            .setServer(SocketAddress.inetSocketAddress(caller.address))
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setSsl(uri.getScheme().equals("https"))
            .setURI(uri.getRawPath());
    caller
        .signer
        .headers("POST", uri.getRawPath(), clock.instant(), UUID.randomUUID().toString())
        .forEach(options::putHeader);
    return options;
  }

  private Caller caller(HostTarget host) {
    String name = host.credential();
    HttpConfig.Credential credential = name == null ? null : config.credentials().get(name);
    if (credential == null) {
      throw new HostFailure("The worker has no HTTP credential '" + name + "'");
    }
    Scope scope = new Scope(name, credential.networks(), credential.profiles());
    scope.check(host.profile());
    InetAddress address = resolve(host.address());
    scope.check(address);
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
        base(host.address(), credential),
        new InetSocketAddress(address, credential.port()));
  }

  private HttpClient client(String name, HttpConfig.Credential credential) {
    Optional<TrustedAuthorities> authorities = credential.ca().map(TrustedAuthorities::in);
    return clients.compute(
            name,
            (key, known) ->
                known != null && authorities.equals(known.authorities)
                    ? known
                    : new KnownClient(authorities, client(authorities)))
        .client;
  }

  private HttpClient client(Optional<TrustedAuthorities> authorities) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setKeepAliveTimeout(KEEP_ALIVE);
    authorities.ifPresent(
        trusted -> options.setForceSni(true).setTrustOptions(TrustOptions.wrap(trusted.manager())));
    return vertx.createHttpClient(options);
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

  private InetAddress resolve(String address) {
    try {
      return resolver.resolve(address);
    } catch (UnknownHostException e) {
      throw HostFailure.connection("There is no host '" + address + "'");
    }
  }
}
