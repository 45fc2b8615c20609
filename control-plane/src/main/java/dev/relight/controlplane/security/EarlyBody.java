package dev.relight.controlplane.security;

import dev.relight.controlplane.task.Refusal;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Has bodies read before anything else is done where that is needed: of a signed request, as its
 * signature covers it; and where nothing tells its length, as one that turns out too large can only
 * then be refused by an answer. Anybody can send these, so that what they take is limited.
 */
@Singleton
public class EarlyBody {
  /** After the check of the length that a request tells. */
  private static final int PRIORITY = 50;

  private static final String BODY = EarlyBody.class.getName();
  private static final String EXPECTED = "100-continue";
  private static final int TOO_LARGE = 413;
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final long largest;
  private final EarlyBytes bytes;
  private final Duration timeout;

  EarlyBody(VertxHttpConfig http, EarlyBodyConfig config) {
    largest = http.limits().maxBodySize().map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
    bytes = new EarlyBytes(config.maxBytes().asLongValue());
    timeout = config.timeout();
  }

  void register(@Observes Filters filters) {
    filters.register(this::read, PRIORITY);
  }

  /** The body where it was read, and is not to be found where bodies are. */
  public static Optional<Buffer> of(RoutingContext context) {
    return Optional.ofNullable(context.get(BODY));
  }

  /** Whether a request's body is read before anybody knows whose it is. */
  public static boolean isReadEarly(HttpServerRequest request) {
    return isSigned(request) || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private void read(RoutingContext context) {
    HttpServerRequest request = context.request();
    // How things are, anybody may ask; nobody who answers that reads a body.
    if (!isReadEarly(request) || request.path() == null || request.path().startsWith("/q/")) {
      context.next();
      return;
    }
    Buffer body = Buffer.buffer();
    if (request.isEnded()) {
      context.put(BODY, body);
      context.next();
      return;
    }
    if (EXPECTED.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    String address = request.remoteAddress().hostAddress();
    long timer = context.vertx().setTimer(timeout.toMillis(), late -> giveUp(context));
    context.addEndHandler(
        end -> {
          context.vertx().cancelTimer(timer);
          bytes.giveBack(address, body.length());
        });
    request.handler(part -> append(context, address, body, part));
    request.endHandler(
        end -> {
          if (!isAnswered(context)) {
            context.put(BODY, body);
            context.next();
          }
        });
    request.resume();
  }

  /** What else would come of it would be taken for the next request. */
  private void giveUp(RoutingContext context) {
    if (context.request().isEnded() || isAnswered(context)) {
      return;
    }
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addEndHandler(answered -> context.request().connection().close());
    context.fail(
        Refusal.of(
            Refusal.Reason.TOO_SLOW,
            "The body took too long; at most %d s.".formatted(timeout.toSeconds())));
  }

  /** What comes after too much is thrown away, so that its sender gets to see the answer. */
  private void append(RoutingContext context, String address, Buffer body, Buffer part) {
    if (isAnswered(context)) {
      return;
    }
    if (body.length() + part.length() > largest) {
      context.fail(TOO_LARGE);
    } else if (!bytes.take(address, part.length())) {
      context.fail(Refusal.unavailable("Too many bodies are being read.", TRY_AGAIN));
    } else {
      body.appendBuffer(part);
    }
  }

  private static boolean isAnswered(RoutingContext context) {
    return context.failed() || context.response().ended();
  }

  private static boolean isSigned(HttpServerRequest request) {
    return request.headers().getAll(HttpHeaders.AUTHORIZATION).stream()
        .anyMatch(Signature::isClaimedBy);
  }
}
