package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Requests for the operations of the document: some as they should be, most of them wrong in one
 * way or another, all of them HTTP.
 */
final class FuzzRequests {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "BREW");
  private static final List<String> MEDIA_TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json; charset=utf-8",
          "application/json;charset=utf-16",
          "application/json; charset=nothing",
          "text/plain",
          "application/xml",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "json",
          "",
          "/",
          "*/*",
          "application/",
          "application/json; q",
          "a/b; c=\"",
          "application/vnd.x+json");
  private static final List<String> HEADERS =
      List.of(
          "Idempotency-Key: ",
          "Idempotency-Key: a b",
          "Idempotency-Key: \u00e9",
          "Idempotency-Key: one\r\nIdempotency-Key: two",
          "Idempotency-Key: " + "k".repeat(65),
          "traceparent: 00-0-0-0",
          "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "traceparent: \u00ff",
          "Accept-Encoding: gzip, br;q=x",
          "Accept-Language: xx-\u00e9",
          "Content-Encoding: gzip",
          "Content-Language: ?",
          "Date: yesterday",
          "Range: bytes=0-",
          "If-Match: *",
          "If-None-Match: \"x\"",
          "If-Modified-Since: never",
          "Origin: null",
          "Cookie: a=b; c",
          "X-HTTP-Method-Override: DELETE",
          "X-Forwarded-For: 1.2.3.4",
          "Forwarded: for=\"",
          "Via: x",
          "Upgrade-Insecure-Requests: 1",
          "X-Long: " + "x".repeat(9_000),
          "X-Longer: " + "x".repeat(30_000),
          "Content-MD5: x",
          "Last-Event-ID: -1",
          "Prefer: wait",
          "TE: trailers",
          "Max-Forwards: 0");
  private static final List<String> AUTHORIZATIONS =
      List.of(
          "",
          "Basic",
          "Basic !!!",
          "Basic " + base64("\0:\0"),
          "Basic " + base64("é:ü"),
          "Basic " + base64("a\0b:x"),
          "Basic " + base64("admin"),
          "Basic " + base64(":"),
          "Bearer x",
          "Bearer a.b.c",
          "Negotiate x",
          "OCP-ACCESS-KEY-HMACSHA1",
          "OCP-ACCESS-KEY-HMACSHA1 a:b",
          "OCP-ACCESS-KEY-HMACSHA1 a:" + "A".repeat(27) + "=",
          "Digest username=\"",
          "\u00e9",
          RawHttp.ADMIN + " x");

  /**
   * One request.
   *
   * @param what the operation that it began as
   * @param text what is written before the body
   */
  record Request(String what, String method, String text, byte[] body) {
    /** Whether what is asked for can be told. */
    boolean isUri() {
      try {
        // As HTTP has it: a byte is a character.
        byte[] asked = text.split(" ")[1].getBytes(StandardCharsets.UTF_8);
        new URI(new String(asked, StandardCharsets.ISO_8859_1));
        return true;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    @Override
    public String toString() {
      String json = new String(body, StandardCharsets.UTF_8);
      return text + (json.length() > 2_000 ? json.substring(0, 2_000) + "…" : json);
    }
  }

  private final FuzzDice dice;
  private final FuzzBodies bodies;
  private final List<Document.Operation> operations;
  private final Function<String, String> known;

  /**
   * A source of requests.
   *
   * @param known a good value for a parameter of this name, or null
   */
  FuzzRequests(Random random, List<Document.Operation> operations, Function<String, String> known) {
    this.dice = new FuzzDice(random);
    this.bodies = new FuzzBodies(dice, known);
    this.operations = operations;
    this.known = known;
  }

  Request next() {
    Document.Operation operation = dice.one(operations);
    String method = dice.often() ? operation.method() : dice.one(METHODS);
    StringBuilder text = new StringBuilder(method).append(' ');
    text.append(dice.below(2) == 0 ? "/api/v2" : "").append(path(operation.path()));
    text.append(query(operation.description())).append(" HTTP/1.1\r\nHost: localhost\r\n");
    String authorization = dice.often() || dice.often() ? RawHttp.ADMIN : dice.one(AUTHORIZATIONS);
    if (!authorization.isEmpty()) {
      text.append("Authorization: ").append(authorization).append("\r\n");
    }
    if (dice.seldom()) {
      text.append("Accept: ").append(dice.one(MEDIA_TYPES)).append("\r\n");
    }
    if (dice.seldom()) {
      text.append(dice.one(HEADERS)).append("\r\n");
    }
    byte[] body = bodies.body(operation, method);
    if (body.length > 0 || dice.often()) {
      text.append("Content-Type: ")
          .append(dice.often() ? "application/json" : dice.one(MEDIA_TYPES))
          .append("\r\n");
    }
    boolean chunked = body.length > 0 && dice.seldom();
    text.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length);
    String what = operation.method() + " " + operation.path();
    return new Request(
        what, method, text.append("\r\n\r\n").toString(), chunked ? bodies.chunks(body) : body);
  }

  private String path(String template) {
    StringBuilder path = new StringBuilder();
    for (String part : template.substring(1).split("/")) {
      boolean parameter = part.startsWith("{");
      String good = parameter ? known.apply(part.substring(1, part.length() - 1)) : part;
      String value =
          good != null && dice.often() ? good : parameter || dice.seldom() ? dice.text() : part;
      path.append('/').append(value.equals(part) ? part : encoded(value));
    }
    return path.append(dice.seldom() ? dice.one(List.of("/", ";a=b", "//", "/x", ".json")) : "")
        .toString();
  }

  private String query(JsonNode description) {
    List<String> parameters = new ArrayList<>();
    for (JsonNode parameter : description.path("parameters")) {
      if (parameter.path("in").asText().equals("query") && dice.below(3) == 0) {
        parameters.add(parameter.get("name").asText() + "=" + encoded(dice.text()));
      }
    }
    if (dice.seldom()) {
      parameters.add(encoded(dice.text()) + "=" + encoded(dice.text()));
    }
    if (dice.seldom() && !parameters.isEmpty()) {
      parameters.add(parameters.get(0));
    }
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }

  /** Mostly as it has to be; sometimes half, twice, or not at all, where that is still one line. */
  private String encoded(String value) {
    String once = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    return switch (dice.below(12)) {
      case 0 -> once + dice.one(List.of("%", "%f", "%zz", "%ff%fe", "%c0%80", "%ed%a0%80", "%00"));
      case 1 -> URLEncoder.encode(once, StandardCharsets.UTF_8);
      case 2 -> value.replaceAll("[\\s\\p{Cc}#?]", "");
      default -> once;
    };
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
