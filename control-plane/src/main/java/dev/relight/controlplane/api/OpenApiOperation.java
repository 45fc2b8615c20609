package dev.relight.controlplane.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the OpenAPI document says of an operation beyond what its signature says.
 *
 * @param line method and path
 * @param role the role that it needs, or {@code -}
 * @param refusals the HTTP statuses of its refusals, beside 401 and 403
 * @param sample the contract's sample of its answer, if there is one
 */
record OpenApiOperation(
    String line,
    String id,
    String role,
    List<String> refusals,
    Optional<String> sample,
    String summary) {
  private static final String FILE = "/openapi/operations.txt";
  private static final String NONE = "-";

  /** All operations, by method and path. */
  static Map<String, OpenApiOperation> all() {
    return text(FILE)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(OpenApiOperation::parse)
        .collect(Collectors.toMap(OpenApiOperation::line, Function.identity()));
  }

  static String text(String resource) {
    try (InputStream file = OpenApiOperation.class.getResourceAsStream(resource)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean needsRole() {
    return !role.equals(NONE);
  }

  /** Whether it makes a task, so that a client may ask again under a key. */
  boolean takesIdempotencyKey() {
    return refusals.contains("422");
  }

  private static OpenApiOperation parse(String line) {
    String[] fields = line.split("\\|");
    for (int i = 0; i < fields.length; i++) {
      fields[i] = fields[i].strip();
    }
    return new OpenApiOperation(
        fields[0],
        fields[1],
        fields[2],
        Stream.of(fields[3].split(" ")).filter(status -> !status.isEmpty()).toList(),
        Optional.of(fields[4]).filter(sample -> !sample.equals(NONE)),
        fields[5]);
  }
}
