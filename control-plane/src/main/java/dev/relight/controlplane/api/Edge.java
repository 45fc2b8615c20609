package dev.relight.controlplane.api;

import dev.relight.controlplane.security.EarlyBody;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.time.Clock;
import java.time.OffsetDateTime;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Where requests come in and answers, in their envelope, go out. */
class Edge {
  private static final String PREFIX = "/api/v2/";

  private final Exchange exchange;
  private final ServerAddress server;
  private final Clock clock;
  private final CurrentVertxRequest current;

  Edge(Exchange exchange, ServerAddress server, Clock clock, CurrentVertxRequest current) {
    this.exchange = exchange;
    this.server = server;
    this.clock = clock;
    this.current = current;
  }

  @ServerRequestFilter(preMatching = true)
  void open(ContainerRequestContext request, HttpServerRequest http) {
    exchange.continues(span(request));
    UriInfo uri = request.getUriInfo();
    String path = uri.getRequestUri().getRawPath();
    if (path.startsWith(PREFIX)) {
      URI bare =
          uri.getRequestUriBuilder().replacePath(path.substring(PREFIX.length() - 1)).build();
      request.setRequestUri(bare);
    }
    exchange.asksUnder(request.getHeaders().get(IdempotencyKey.HEADER));
    exchange.asksFor(
        http.remoteAddress().hostAddress(),
        request.getMethod(),
        request.getUriInfo().getRequestUri());
    handOnEarlyBody(request);
  }

  private static Span span(ContainerRequestContext request) {
    String path = request.getUriInfo().getRequestUri().getRawPath().replaceAll("/\\d+", "/{id}");
    return Spans.server(request.getMethod() + " " + path, request.getHeaderString("traceparent"))
        .with("http.request.method", request.getMethod());
  }

  /** What was read already would not be found where it is looked for. */
  private void handOnEarlyBody(ContainerRequestContext request) {
    RoutingContext routing = current.getCurrent();
    EarlyBody.of(routing)
        .map(Buffer::getBytes)
        .map(ByteArrayInputStream::new)
        .ifPresent(request::setEntityStream);
  }

  @ServerResponseFilter
  void close(ContainerResponseContext response) {
    exchange.span().with("http.response.status_code", response.getStatus()).end();
    Object entity = response.getEntity();
    if (entity instanceof EventStream stream) {
      response.setStatus(stream.frames().isPresent() ? 200 : 204);
      return;
    }
    Problem problem = entity instanceof Problem it ? it : null;
    int status = response.getStatus() == 204 ? 200 : response.getStatus();
    response.setStatus(status);
    if (exchange.isReplayed()) {
      response.getHeaders().putSingle("Idempotent-Replayed", "true");
    }
    response.setEntity(
        new Envelope(
            problem == null ? entity : null,
            exchange.elapsed().toMillis(),
            problem,
            server.toString(),
            status,
            status < 400,
            OffsetDateTime.now(clock),
            exchange.trace().id()),
        new Annotation[0],
        MediaType.APPLICATION_JSON_TYPE);
  }
}
