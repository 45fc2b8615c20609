package dev.relight.worker.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the fence on a host says; the meaning of each outcome is written in {@code fence.sh}.
 *
 * @param code exit code of the command, -1 when it did not end by itself
 * @param fence under which it ran, or the highest that was seen
 */
record FenceAnswer(Outcome outcome, int code, long fence, String output, String errors) {

  enum Outcome {
    DONE,
    EXPIRED,
    LOST,
    LATE,
    SUPERSEDED,
    BROKEN
  }

  /** Finds the answer of this nonce behind whatever the host's login scripts have printed. */
  static Optional<FenceAnswer> parse(byte[] bytes, String nonce) {
    // One char per byte: lengths are counted in bytes.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String mark = "\nrelight " + nonce + " ";
    int begin = text.indexOf(mark);
    int end = begin < 0 ? -1 : text.indexOf('\n', begin + mark.length());
    if (end < 0) {
      return Optional.empty();
    }
    List<String> fields = List.of(text.substring(begin + mark.length(), end).split(" "));
    int output = end + 1;
    int errors = output + Integer.parseInt(fields.get(3));
    int after = errors + Integer.parseInt(fields.get(4));
    if (after > bytes.length) {
      return Optional.empty();
    }
    return Optional.of(
        new FenceAnswer(
            Outcome.valueOf(fields.get(0).toUpperCase(Locale.ROOT)),
            fields.get(1).equals("-") ? -1 : Integer.parseInt(fields.get(1)),
            Long.parseLong(fields.get(2)),
            utf8(bytes, output, errors),
            utf8(bytes, errors, after)));
  }

  private static String utf8(byte[] bytes, int from, int to) {
    return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8);
  }
}
