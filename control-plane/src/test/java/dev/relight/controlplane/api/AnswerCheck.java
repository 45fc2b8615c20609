package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;

/** Holds every answer against what the OpenAPI document says of its operation. */
final class AnswerCheck implements Filter {
  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    Response answer = context.next(request, expected);
    // What is at no path of the document is refused, and has a test of its own.
    Document.STRICT
        .at(request.getMethod(), URI.create(request.getURI()).getRawPath())
        .filter(operation -> answer.contentType().contains("json"))
        .ifPresent(
            operation ->
                assertThat(
                        Document.STRICT.faults(operation, answer.statusCode(), answer.asString()))
                    .as(operation.method() + " " + operation.path() + " " + answer.statusCode())
                    .isEmpty());
    return answer;
  }
}
