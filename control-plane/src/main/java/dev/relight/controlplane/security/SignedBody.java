package dev.relight.controlplane.security;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Has the body of a signed request read before its signature is verified, which covers it. */
@Singleton
public class SignedBody {
  /** After the check of the length that a request tells. */
  private static final int PRIORITY = 50;

  private final BodyHandler reader;

  SignedBody(VertxHttpConfig http) {
    long limit = http.limits().maxBodySize().map(MemorySize::asLongValue).orElse(-1L);
    reader = BodyHandler.create(false).setBodyLimit(limit);
  }

  void register(@Observes Filters filters) {
    filters.register(this::read, PRIORITY);
  }

  /** Whether the request is signed, and its body therefore read already. */
  public static boolean isRead(RoutingContext context) {
    return context.request().headers().getAll(HttpHeaders.AUTHORIZATION).stream()
        .anyMatch(Signature::isClaimedBy);
  }

  private void read(RoutingContext context) {
    if (isRead(context)) {
      reader.handle(context);
    } else {
      context.next();
    }
  }
}
