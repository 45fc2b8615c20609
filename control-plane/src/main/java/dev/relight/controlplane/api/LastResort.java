package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers, in the contract's form, what fails where no resource and no mapper of its errors is. */
@Singleton
class LastResort {
  /** Before the server's own answers, which have another form. */
  private static final int ORDER = -100;

  private final EarlyAnswer answer;

  LastResort(EarlyAnswer answer) {
    this.answer = answer;
  }

  void register(@Observes Router router) {
    router.route().order(ORDER).failureHandler(this::answer);
  }

  private void answer(RoutingContext context) {
    if (context.response().headWritten()) {
      context.next();
      return;
    }
    answer.refuse(context, refusal(context));
  }

  private static Refusal refusal(RoutingContext context) {
    if (context.failure() instanceof Refusal refusal) {
      return refusal;
    }
    return HttpRefusal.of(context.statusCode()).orElseGet(() -> unexpected(context));
  }

  private static Refusal unexpected(RoutingContext context) {
    return Unexpected.refusal(context.failure(), EarlyAnswer.trace(context));
  }
}
