package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one request from another, in 64 characters. */
final class RequestDigest {
  private static final ObjectMapper CANONICAL =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private RequestDigest() {}

  /**
   * The same for bodies that differ in nothing but spaces and the order of their members.
   *
   * @param line method, path and query
   * @param body null without one
   */
  static String of(String line, JsonNode body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      if (body != null) {
        digest.update(CANONICAL.writeValueAsBytes(body));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | JsonProcessingException e) {
      throw new IllegalStateException(
          "Every Java has SHA-256, and what was read can be written", e);
    }
  }
}
