package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.FieldError;
import dev.relight.controlplane.task.Refusal.Reason;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure into one of the contract's errors; what is unexpected stays in the log. */
class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);

  private static final Duration ISSUER_RETRY = Duration.ofSeconds(5);

  private final Exchange exchange;

  Problems(Exchange exchange) {
    this.exchange = exchange;
  }

  @ServerExceptionMapper
  Response refused(Refusal refusal) {
    Duration wait = refusal.retryAfter();
    return Response.status(refusal.reason().status())
        .entity(Problem.of(refusal))
        .header(HttpHeaders.RETRY_AFTER, wait == null ? null : Refusal.wholeSeconds(wait))
        .build();
  }

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Response unauthenticated(SecurityException failure) {
    return Response.fromResponse(
            refused(
                Refusal.of(
                    Reason.UNAUTHENTICATED, "The request's credentials are missing or wrong.")))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Relight\"")
        .build();
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException failure) {
    return refused(Refusal.of(Reason.FORBIDDEN, "Your user lacks the role for this operation."));
  }

  @ServerExceptionMapper
  Response invalid(ConstraintViolationException failure) {
    List<FieldError> fields =
        failure.getConstraintViolations().stream().map(Problems::fieldError).toList();
    String message =
        fields.stream()
            .map(field -> field.field() + " " + field.message())
            .sorted()
            .collect(Collectors.joining("; "));
    return Response.status(Reason.MALFORMED.status())
        .entity(new Problem(Reason.MALFORMED.code(), message, fields, null))
        .build();
  }

  @ServerExceptionMapper({
    JsonProcessingException.class,
    MismatchedInputException.class,
    InvalidDefinitionException.class
  })
  Response unreadable(JsonProcessingException failure) {
    if (failure instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      String field = mapping.getPath().get(0).getFieldName();
      Object rejected = mapping instanceof InvalidFormatException it ? it.getValue() : null;
      return refused(Refusal.malformed(field, rejected, expected(mapping)));
    }
    return refused(Refusal.malformed("body", null, "must be a JSON object"));
  }

  /** What the framework itself refuses, such as unknown paths or wrong methods. */
  @ServerExceptionMapper
  Response refusedByHttp(WebApplicationException failure) {
    if (failure.getCause() instanceof Refusal refusal) {
      return refused(refusal);
    }
    if (failure.getCause() instanceof JsonProcessingException unreadable) {
      return unreadable(unreadable);
    }
    Optional<Refusal> refusal = HttpRefusal.of(failure.getResponse().getStatus());
    String allowed = failure.getResponse().getHeaderString(HttpHeaders.ALLOW);
    return refusal
        .map(
            known ->
                Response.fromResponse(refused(known)).header(HttpHeaders.ALLOW, allowed).build())
        .orElseGet(() -> unexpected(failure));
  }

  /** Whoever issues tokens does not answer, and so nobody can tell whether this one is good. */
  @ServerExceptionMapper
  Response issuerIsAway(OIDCException failure) {
    LOG.warnf("The issuer of tokens does not answer: %s", failure);
    return refused(
        Refusal.unavailable(
            "The issuer of bearer tokens cannot be reached, so no token can be verified.",
            ISSUER_RETRY));
  }

  /** Of the client's connection, where he hung up; else of one that is our own business. */
  @ServerExceptionMapper
  Response hungUp(IOException failure) {
    if (!exchange.isAbandoned()) {
      return unexpected(failure);
    }
    LOG.debugf(failure, "Request was not read to its end, trace %s", exchange.trace().id());
    return refused(Refusal.of(Reason.MALFORMED, "The body ended too early."));
  }

  @ServerExceptionMapper
  Response unexpected(Throwable failure) {
    return refused(Unexpected.refusal(failure, exchange.trace()));
  }

  private static String expected(JsonMappingException failure) {
    if (failure instanceof InvalidDefinitionException) {
      // What has got its value already cannot get another one.
      return "must be given once";
    }
    Class<?> type =
        failure instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    return type != null && type.isEnum()
        ? "must be one of " + Arrays.toString(type.getEnumConstants())
        : "has a value of the wrong type";
  }

  private static FieldError fieldError(ConstraintViolation<?> violation) {
    String field = "body";
    for (Path.Node node : violation.getPropertyPath()) {
      field = node.getKind() == ElementKind.PROPERTY ? node.getName() : field;
    }
    // A password is not said back, whatever is wrong with it.
    Object rejected = field.equals("password") ? null : violation.getInvalidValue();
    return new FieldError("request", field, rejected, violation.getMessage());
  }
}
