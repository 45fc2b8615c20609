package dev.relight.controlplane.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bodies of requests: some as they should be, most of them wrong, some no JSON. */
final class FuzzBodies {
  private final FuzzDice dice;
  private final Function<String, String> known;

  /**
   * A source of bodies.
   *
   * @param known a good value for a parameter of this name, or null
   */
  FuzzBodies(FuzzDice dice, Function<String, String> known) {
    this.dice = dice;
    this.known = known;
  }

  /** What is sent with the operation, or with another method at its path. */
  byte[] body(Document.Operation operation, String method) {
    boolean takesOne = operation.description().has("requestBody") && !method.equals("GET");
    if (takesOne ? dice.below(20) == 0 : !dice.seldom()) {
      return new byte[0];
    }
    if (dice.below(300) == 0) {
      int hosts = dice.below(3_000_000);
      return ("{\"hostIds\":[1" + ",1".repeat(hosts) + "]}").getBytes(StandardCharsets.US_ASCII);
    }
    String json = dice.often() ? form(operation.path()) : value(0);
    if (dice.seldom()) {
      int at = dice.below(json.length() + 1);
      json =
          json.substring(0, at)
              + (dice.seldom() ? "" : dice.text())
              + json.substring(Math.min(json.length(), at + 1));
    }
    return dice.below(40) == 0
        ? json.getBytes(StandardCharsets.UTF_16)
        : dice.below(40) == 0
            ? json.getBytes(StandardCharsets.ISO_8859_1)
            : json.getBytes(StandardCharsets.UTF_8);
  }

  /** An object with the members that the operation knows, their values good or odd. */
  private String form(String path) {
    List<String> names =
        path.contains("/batch")
            ? List.of("hostIds", "hostids")
            : path.contains("/users")
                ? List.of("name", "password", "roles")
                : List.of(
                    "name",
                    "innerIpAddress",
                    "sshPort",
                    "profile",
                    "agentHome",
                    "credential",
                    "pool",
                    "labels");
    String members =
        names.stream()
            .filter(name -> !dice.seldom())
            .map(name -> quoted(name) + ":" + member(name))
            .collect(Collectors.joining(","));
    return "{" + members + (dice.seldom() ? ",\"name\":" + value(1) : "") + "}";
  }

  private String member(String name) {
    if (dice.below(3) == 0) {
      return value(1);
    }
    return switch (name) {
      case "hostIds", "hostids" ->
          IntStream.range(0, dice.below(4))
              .mapToObj(i -> dice.often() ? known.apply("hostId") : value(2))
              .collect(Collectors.joining(",", "[", "]"));
      case "sshPort" -> "" + (1 + dice.below(65_535));
      case "agentHome" -> "\"/opt/agent\"";
      case "labels" -> "{" + quoted(dice.text()) + ":" + quoted(dice.text()) + "}";
      case "roles" -> "[\"HOST_VIEWER\"" + (dice.seldom() ? "," + value(2) : "") + "]";
      case "pool" -> "\"nobody\"";
      default -> quoted(name + dice.below(1_000_000));
    };
  }

  private String value(int depth) {
    return switch (dice.below(depth > 3 ? 6 : 10)) {
      case 0 ->
          dice.one(
              List.of("null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e5", "1e999999999"));
      case 1 ->
          dice.one(
              List.of(
                  "9223372036854775808",
                  "-9223372036854775809",
                  "9".repeat(999),
                  "9".repeat(1_001)));
      case 2 ->
          dice.one(
              List.of(
                  "\"\\ud800\"",
                  "\"\\u0000\"",
                  "\"\\udfff\\ud800\"",
                  "\"\\x\"",
                  "NaN",
                  "'a'",
                  "+1",
                  "01"));
      case 3, 4, 5 -> quoted(dice.text());
      case 6 -> "[".repeat(dice.below(1_200)) + "]".repeat(dice.below(1_200));
      case 7 -> "{\"a\":".repeat(1 + dice.below(30)) + value(depth + 1) + "}".repeat(30);
      case 8 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
      default ->
          "{" + quoted(dice.text()) + ":" + value(depth + 1) + "," + quoted("a") + ":1,\"a\":2}";
    };
  }

  /** The same as HTTP writes what has no length that is known before. */
  byte[] chunks(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int length = Math.min(body.length - at, 1 + dice.below(5_000));
      out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, at, length);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += length;
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      json.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : "" + c);
    }
    return json.append('"').toString();
  }
}
