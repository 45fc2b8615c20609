package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import java.util.List;

/** The header by which a client may ask again without asking twice. */
final class IdempotencyKey {
  static final String HEADER = "Idempotency-Key";
  static final String PATTERN = "[!-~]{1,64}";

  private IdempotencyKey() {}

  /** The key that the values of the header name, or null without any. */
  static String of(List<String> keys) {
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !keys.get(0).matches(PATTERN)) {
      throw Refusal.malformed(
          HEADER, String.join(", ", keys), "must have 1 to 64 visible ASCII characters, once");
    }
    return keys.get(0);
  }
}
