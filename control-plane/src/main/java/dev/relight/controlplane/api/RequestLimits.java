package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.Reason;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Refuses in the contract's form what is too large, or says nothing that can be understood: the
 * server by itself would answer in a form of its own, or hang up.
 */
@Singleton
class RequestLimits {
  /** Before the server's own check. */
  private static final int PRIORITY = 100;

  /** What other servers on the way take, too; the server's own limits are far above. */
  private static final int LONGEST_URI = 8_000;

  private static final int LARGEST_HEADERS = 16_000;

  private final long largestBody;
  private final EarlyAnswer answer;

  RequestLimits(VertxHttpConfig http, EarlyAnswer answer) {
    largestBody = http.limits().maxBodySize().map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
    this.answer = answer;
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  private void check(RoutingContext context) {
    Refusal refusal = refusal(context.request());
    if (refusal == null) {
      context.next();
    } else {
      answer.refuse(context, refusal);
    }
  }

  private Refusal refusal(HttpServerRequest request) {
    if (request.uri().length() > LONGEST_URI) {
      return Refusal.of(
          Reason.URI_TOO_LONG,
          "The URI is too long; at most %d characters.".formatted(LONGEST_URI));
    }
    if (size(request) > LARGEST_HEADERS) {
      return Refusal.of(
          Reason.HEADERS_TOO_LARGE,
          "The headers are too large; at most %d characters.".formatted(LARGEST_HEADERS));
    }
    if (hasWhatNothingHas(request.uri())) {
      return Refusal.malformed("uri", request.uri(), "must not have %00, nor %25 in its path");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null || Long.parseLong(length) <= largestBody
        ? null
        : Refusal.of(
            Reason.TOO_LARGE, "The body is too large; at most %d bytes.".formatted(largestBody));
  }

  private static long size(HttpServerRequest request) {
    long size = 0;
    for (var header : request.headers()) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  /**
   * PostgreSQL has no text with a character 0. No name in a path has a percent sign, and the
   * framework would decode what comes of it once more.
   */
  private static boolean hasWhatNothingHas(String uri) {
    return uri.contains("%00") || uri.split("\\?", 2)[0].contains("%25");
  }
}
