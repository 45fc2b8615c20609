package dev.relight.controlplane.security;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Has bodies read before anything else is done where that is needed: of a signed request, as its
 * signature covers it; and where nothing tells its length, as one that turns out too large can only
 * then be refused by an answer.
 */
@Singleton
public class EarlyBody {
  /** After the check of the length that a request tells. */
  private static final int PRIORITY = 50;

  private static final String BODY = EarlyBody.class.getName();
  private static final String EXPECTED = "100-continue";
  private static final int TOO_LARGE = 413;

  private final long largest;

  EarlyBody(VertxHttpConfig http) {
    largest = http.limits().maxBodySize().map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
  }

  void register(@Observes Filters filters) {
    filters.register(this::read, PRIORITY);
  }

  /** The body where it was read, and is not to be found where bodies are. */
  public static Optional<Buffer> of(RoutingContext context) {
    return Optional.ofNullable(context.get(BODY));
  }

  private void read(RoutingContext context) {
    if (!isSigned(context) && !isOfUnknownLength(context)) {
      context.next();
      return;
    }
    HttpServerRequest request = context.request();
    Buffer body = Buffer.buffer();
    if (request.isEnded()) {
      context.put(BODY, body);
      context.next();
      return;
    }
    if (EXPECTED.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    request.handler(part -> append(context, body, part));
    request.endHandler(
        end -> {
          if (!context.failed()) {
            context.put(BODY, body);
            context.next();
          }
        });
    request.resume();
  }

  /** What comes after too much is thrown away, so that its sender gets to see the answer. */
  private void append(RoutingContext context, Buffer body, Buffer part) {
    if (context.failed()) {
      return;
    }
    if (body.length() + part.length() > largest) {
      context.fail(TOO_LARGE);
    } else {
      body.appendBuffer(part);
    }
  }

  private static boolean isSigned(RoutingContext context) {
    return context.request().headers().getAll(HttpHeaders.AUTHORIZATION).stream()
        .anyMatch(Signature::isClaimedBy);
  }

  private static boolean isOfUnknownLength(RoutingContext context) {
    return context.request().headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }
}
