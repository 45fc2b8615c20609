package dev.relight.controlplane.task;

import java.time.Duration;
import java.util.List;

/**
 * Thrown where a request cannot be done; says so in the form that the contract gives to clients.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * The contract's error codes and the HTTP status of each. It gives each code but 0 to one status;
   * so 0 is the code of those about which HTTP itself says all there is to say.
   */
  public enum Reason {
    METHOD(0, 405),
    NOT_ACCEPTABLE(0, 406),
    TOO_SLOW(0, 408),
    URI_TOO_LONG(0, 414),
    MEDIA_TYPE(0, 415),
    TOO_MANY(0, 429),
    HEADERS_TOO_LARGE(0, 431),
    UNAVAILABLE(0, 503),
    MALFORMED(10001, 400),
    NOT_FOUND(10002, 404),
    UNEXPECTED(10010, 500),
    KEY_REUSED(10011, 422),
    TOO_LARGE(10012, 413),
    FORGOTTEN(10013, 410),
    TASK_NOT_FOUND(20000, 404),
    STATE(20003, 400),
    ROLLBACK_PROHIBITED(20004, 400),
    UNAUTHENTICATED(30000, 401),
    FORBIDDEN(30014, 403),
    CONFLICT(40000, 409),
    HOST_FAILED(40002, 502),
    WAIT_RAN_OUT(40003, 504);

    private final int code;
    private final int status;

    Reason(int code, int status) {
      this.code = code;
      this.status = status;
    }

    /** The contract's {@code error.code}. */
    public int code() {
      return code;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /** What is wrong with one field of a request. */
  public record FieldError(String object, String field, Object rejectedValue, String message) {}

  private final Reason reason;
  private final transient String target;
  private final transient List<FieldError> fields;
  private final transient Duration retryAfter;

  private Refusal(Reason reason, String message, String target, List<FieldError> fields) {
    this(reason, message, target, fields, null);
  }

  private Refusal(
      Reason reason, String message, String target, List<FieldError> fields, Duration retryAfter) {
    super(message, null, false, false);
    this.reason = reason;
    this.target = target;
    this.fields = List.copyOf(fields);
    this.retryAfter = retryAfter;
  }

  /** Without a target. */
  public static Refusal of(Reason reason, String message) {
    return new Refusal(reason, message, null, List.of());
  }

  /** With the id of the thing that stands in the way. */
  public static Refusal of(Reason reason, String message, Object target) {
    return new Refusal(reason, message, String.valueOf(target), List.of());
  }

  /** A malformed request: which field, and what would be right. */
  public static Refusal malformed(String field, Object rejectedValue, String message) {
    return new Refusal(
        Reason.MALFORMED,
        field + " " + message,
        field,
        List.of(new FieldError("request", field, rejectedValue, message)));
  }

  /** Too many requests; says when the next one can be made. */
  public static Refusal tooMany(String message, Duration retryAfter) {
    return later(Reason.TOO_MANY, message, retryAfter);
  }

  /** Nothing is wrong with the request; says when it is worth another try. */
  public static Refusal unavailable(String message, Duration retryAfter) {
    return later(Reason.UNAVAILABLE, message, retryAfter);
  }

  private static Refusal later(Reason reason, String message, Duration retryAfter) {
    return new Refusal(
        reason,
        "%s Try again in %d s.".formatted(message, wholeSeconds(retryAfter)),
        null,
        List.of(),
        retryAfter);
  }

  /** Seconds as HTTP writes them: rounded up, so that whoever waits for them waits long enough. */
  public static long wholeSeconds(Duration duration) {
    return duration.plusSeconds(1).minusNanos(1).toSeconds();
  }

  /** Something that is not there; {@code type} and {@code parameter} as the contract words it. */
  public static Refusal notFound(String type, String parameter) {
    return of(
        Reason.NOT_FOUND,
        "No records of the %s type found based on the %s parameter.".formatted(type, parameter));
  }

  /** An operation that the thing's state does not allow, as the contract words it. */
  public static Refusal state(long id, Object state) {
    return of(
        Reason.STATE,
        "This operation is not supported for the %d task in the %s state.".formatted(id, state));
  }

  /** No such task, or no such subtask of it. */
  public static Refusal noTask(String parameter) {
    return of(
        Reason.TASK_NOT_FOUND,
        "No records of the task type found based on the %s parameter.".formatted(parameter));
  }

  public Reason reason() {
    return reason;
  }

  /** Id of what stands in the way, or null. */
  public String target() {
    return target;
  }

  public List<FieldError> fields() {
    return fields;
  }

  /** When to ask again, or null. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
