package dev.relight.controlplane.api;

import dev.relight.controlplane.store.Outage;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.Reason;
import java.time.Duration;
import org.jboss.logging.Logger;

/** What a client is told of a failure that is not his; its cause stays in the log. */
final class Unexpected {
  private static final Logger LOG = Logger.getLogger(Unexpected.class);
  private static final Duration POSTGRES_RETRY = Duration.ofSeconds(2);

  private Unexpected() {}

  static Refusal refusal(Throwable failure, Trace trace) {
    if (Outage.isBehind(failure)) {
      LOG.warnf("PostgreSQL cannot be asked: %s, trace %s", failure, trace.id());
      return Refusal.unavailable(
          "The database does not answer. What was asked for is done wholly or not at all; under an"
              + " Idempotency-Key it can be asked for again without being done twice.",
          POSTGRES_RETRY);
    }
    LOG.errorf(failure, "Request failed unexpectedly, trace %s", trace.id());
    return Refusal.of(
        Reason.UNEXPECTED,
        "Unexpected error; the log of the server has the cause under the traceId.");
  }
}
