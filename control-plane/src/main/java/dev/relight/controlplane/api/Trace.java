package dev.relight.controlplane.api;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a request belongs to: its caller's, or a new one where the caller sent none.
 *
 * @param id the trace's id, 32 hex digits
 * @param traceparent the W3C header that continues the trace
 */
record Trace(String id, String traceparent) {
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  static Trace of(String traceparent) {
    Matcher matcher = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
    return matcher.matches() ? new Trace(matcher.group(1), traceparent) : random();
  }

  private static Trace random() {
    String id = hex(16);
    return new Trace(id, "00-" + id + "-" + hex(8) + "-01");
  }

  private static String hex(int length) {
    byte[] bytes = new byte[length];
    ThreadLocalRandom.current().nextBytes(bytes);
    // An id of zeros only is no id.
    bytes[0] |= 1;
    return HexFormat.of().formatHex(bytes);
  }
}
