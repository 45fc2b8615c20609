package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.Reason;
import java.util.Optional;

/** What HTTP itself refuses, in the contract's form. */
final class HttpRefusal {
  private HttpRefusal() {}

  /** Nothing where the status is no refusal that a client could do something about. */
  static Optional<Refusal> of(int status) {
    return Optional.ofNullable(
        switch (status) {
          case 400 -> refusal(Reason.MALFORMED, "The body must be a JSON object.");
          case 404 -> refusal(Reason.NOT_FOUND, "There is no operation at this path.");
          case 405 -> refusal(Reason.METHOD, "This path does not take this method.");
          case 406 -> refusal(Reason.NOT_ACCEPTABLE, "Accept must allow application/json.");
          case 413 -> refusal(Reason.TOO_LARGE, "The body is too large.");
          case 415 -> refusal(Reason.MEDIA_TYPE, "Content-Type must be application/json.");
          default ->
              status > 400 && status < 500
                  ? refusal(
                      Reason.MALFORMED, "The request asks for what HTTP has and this does not.")
                  : null;
        });
  }

  private static Refusal refusal(Reason reason, String message) {
    return Refusal.of(reason, message);
  }
}
