package dev.relight.controlplane.api;

import dev.relight.controlplane.security.EarlyBody;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.Reason;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Gives up requests whose bodies do not come: each has memory that others wait for. */
@Singleton
class SlowBodies {
  /** Before a body has anything. */
  private static final int PRIORITY = 95;

  private final Duration longest;
  private final EarlyAnswer answer;

  SlowBodies(AdmitConfig config, EarlyAnswer answer) {
    longest = config.bodyTimeout();
    this.answer = answer;
  }

  void register(@Observes Filters filters) {
    filters.register(this::watch, PRIORITY);
  }

  private void watch(RoutingContext context) {
    if (!context.request().isEnded() && hasBody(context.request())) {
      long timer = context.vertx().setTimer(longest.toMillis(), late -> giveUp(context));
      context.addEndHandler(end -> context.vertx().cancelTimer(timer));
    }
    context.next();
  }

  private void giveUp(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.isEnded() || context.response().headWritten()) {
      return;
    }
    if (!EarlyBody.isReadEarly(request)) {
      // Somebody reads it, and answers only what he has read.
      request.connection().close();
      return;
    }
    // Whatever still comes of it would be taken for the next request.
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addEndHandler(answered -> request.connection().close());
    answer.refuse(
        context,
        Refusal.of(
            Reason.TOO_SLOW,
            "The body took too long; at most %d s.".formatted(longest.toSeconds())));
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null
        ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        : !length.equals("0");
  }
}
