package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;

/** The header by which a client may ask again without asking twice. */
final class IdempotencyKey {
  static final String HEADER = "Idempotency-Key";

  private IdempotencyKey() {}

  /** The key that the request names, or null. */
  static String of(HttpHeaders headers) {
    List<String> keys = headers.getRequestHeader(HEADER);
    if (keys == null || keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !keys.get(0).matches("[!-~]{1,64}")) {
      throw Refusal.malformed(
          HEADER, String.join(", ", keys), "must have 1 to 64 visible ASCII characters, once");
    }
    return keys.get(0);
  }
}
