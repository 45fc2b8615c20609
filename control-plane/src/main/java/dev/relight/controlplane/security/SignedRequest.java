package dev.relight.controlplane.security;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The parts of a request that its signature covers, as they were sent.
 *
 * @param body empty without one
 * @param contentType empty without one
 * @param headers those that begin with {@code x-ocp-}, by name in lower case: a value for each line
 * @param path still encoded
 * @param query still encoded, null without one
 */
record SignedRequest(
    String method,
    byte[] body,
    String contentType,
    String date,
    String host,
    SortedMap<String, List<String>> headers,
    String path,
    String query) {
  private static final String PREFIX = "x-ocp-";

  /** Fails with an IllegalArgumentException where it is unclear what was signed. */
  static SignedRequest of(RoutingContext context) {
    HttpServerRequest request = context.request();
    Optional<Buffer> body = EarlyBody.of(context);
    return new SignedRequest(
        request.method().name(),
        body.map(Buffer::getBytes).orElse(new byte[0]),
        once(request, HttpHeaders.CONTENT_TYPE),
        once(request, HttpHeaders.DATE),
        host(request),
        headers(request.headers()),
        request.path(),
        request.query());
  }

  /** When it was signed; fails with an IllegalArgumentException where that is not clear. */
  Instant signedAt() {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Date " + date, e);
    }
  }

  /** What is signed: seven parts, a line each but for the headers. */
  String message() {
    return String.join(
        "\n", method, digest(), contentType, date, host, headerLines(), path + canonicalQuery());
  }

  /** Of several, another reader of the request might take another one. */
  private static String once(HttpServerRequest request, CharSequence name) {
    List<String> values = request.headers().getAll(name);
    if (values.size() > 1) {
      throw new IllegalArgumentException(values.size() + " headers " + name);
    }
    return values.isEmpty() ? "" : values.get(0);
  }

  private static String host(HttpServerRequest request) {
    String host = once(request, HttpHeaders.HOST);
    // HTTP/2 has no such header.
    return host.isEmpty() && request.authority() != null ? request.authority().toString() : host;
  }

  private static SortedMap<String, List<String>> headers(MultiMap all) {
    SortedMap<String, List<String>> headers = new TreeMap<>();
    for (Map.Entry<String, String> header : all) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        headers.computeIfAbsent(name, none -> new ArrayList<>()).add(header.getValue());
      }
    }
    return headers;
  }

  private String digest() {
    if (body.length == 0) {
      return "";
    }
    try {
      byte[] md5 = MessageDigest.getInstance("MD5").digest(body);
      return HexFormat.of().withUpperCase().formatHex(md5);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  private String headerLines() {
    return headers.entrySet().stream()
        .map(
            header ->
                header.getKey()
                    + ":"
                    + header.getValue().stream().sorted().collect(Collectors.joining(",")))
        .collect(Collectors.joining("\n"));
  }

  /** Written in the one way in which every client can write it, however it was sent. */
  private String canonicalQuery() {
    if (query == null || query.isEmpty()) {
      return "";
    }
    SortedMap<String, List<String>> parameters = new TreeMap<>();
    for (String parameter : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      if (!parameter.isEmpty()) {
        parameters
            .computeIfAbsent(decode(parts[0]), none -> new ArrayList<>())
            .add(parts.length == 1 ? "" : encode(decode(parts[1])));
      }
    }
    return parameters.entrySet().stream()
        .map(parameter -> encode(parameter.getKey()) + "=" + String.join(",", parameter.getValue()))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** RFC 3986: all but letters, digits and {@code -._~}. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
