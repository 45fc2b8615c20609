package dev.relight.controlplane.api;

import dev.relight.controlplane.security.EarlyBody;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes no more requests at a time than there is memory for, and refuses the others at once:
 * whatever is asked, it is as much as can be answered.
 */
@Singleton
class AdmitRequests {
  /** After the check of what a single request may be, and before any of its body is read. */
  private static final int PRIORITY = 90;

  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final Share requests;
  private final Share bytes;
  private final Share hosts;
  private final Share operations;
  private final EarlyAnswer answer;

  AdmitRequests(AdmitConfig config, EarlyAnswer answer) {
    requests = new Share(config.maxRequests(), "requests");
    bytes = new Share(config.maxBytes().asLongValue(), "bytes in bodies");
    hosts = new Share(config.maxHosts(), "hosts in batches");
    operations = new Share(config.maxOperations(), "operations on tasks");
    this.answer = answer;
  }

  void register(@Observes Filters filters) {
    filters.register(this::admit, PRIORITY);
  }

  private void admit(RoutingContext context) {
    // Whoever asks how things are is to know it just when it is too much.
    if (context.request().path() != null && context.request().path().startsWith("/q/")) {
      context.next();
      return;
    }
    try {
      requests.take(context, 1);
      bytes.take(context, told(context.request()));
      if (isOperation(context.request())) {
        operations.take(context, 1);
      }
    } catch (Refusal tooMuch) {
      answer.refuse(context, tooMuch);
      return;
    }
    context.next();
  }

  /** A {@link Refusal} where the batches that are being worked on have too many hosts for it. */
  void batch(RoutingContext context, int hostCount) {
    hosts.take(context, hostCount);
  }

  private static long told(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // What is read before anybody knows whose it is is counted there, and as it comes.
    return length == null || EarlyBody.isReadEarly(request) ? 0 : Long.parseLong(length);
  }

  private static boolean isOperation(HttpServerRequest request) {
    return HttpMethod.POST.equals(request.method()) && request.path().contains("/tasks/");
  }

  /** What all requests have together of something that there is not enough of for any number. */
  private static final class Share {
    private final AtomicLong taken = new AtomicLong();
    private final long most;
    private final String what;

    Share(long most, String what) {
      this.most = most;
      this.what = what;
    }

    /** Until the request is answered to its end, or its client has gone; a live stream's begin. */
    void take(RoutingContext context, long amount) {
      long before = taken.getAndAdd(amount);
      // One alone is as large as a request may be.
      if (before > 0 && before + amount > most) {
        taken.addAndGet(-amount);
        throw Refusal.unavailable(
            "As many %s as can be are being worked on.".formatted(what), TRY_AGAIN);
      }
      AtomicLong mine = new AtomicLong(amount);
      Runnable giveBack = () -> taken.addAndGet(-mine.getAndSet(0));
      context.addEndHandler(end -> giveBack.run());
      context.addHeadersEndHandler(
          head -> {
            String type = context.response().headers().get(HttpHeaders.CONTENT_TYPE);
            if (type != null && type.startsWith("text/event-stream")) {
              giveBack.run();
            }
          });
    }
  }
}
