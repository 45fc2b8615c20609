package dev.relight.controlplane.api;

import java.util.List;
import java.util.Random;

/** What a fuzz test throws to decide, the same for the same seed. */
final class FuzzDice {
  /** What is somewhere taken for a number, a time, a name, a text or an end of one. */
  private static final List<String> ODD =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "2",
          "007",
          "+1",
          "1.5",
          "1e9",
          "NaN",
          "null",
          "true",
          "undefined",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9e999",
          "99999999999999999999999999",
          "0x1F",
          "１２３",
          "٣",
          " 1",
          "1 ",
          "a b",
          "a+b",
          "abc",
          "ABC",
          "\0",
          "a\0b",
          "\u0001",
          "\t",
          "\r\nX: y",
          "\u007f",
          "é",
          "ß",
          "İ",
          "ﬁ",
          "日本",
          "😀",
          "\u202e",
          "\ufeff",
          "\ufffd",
          "%",
          "%25",
          "%00",
          "_",
          "!",
          "'",
          "''",
          "\"",
          "\\",
          "`",
          ";",
          "--",
          "' or 1=1 --",
          "${7*7}",
          "{{7*7}}",
          "#{1}",
          "<b>",
          "../../etc",
          "..",
          ".",
          "/",
          "//",
          "a/b",
          "id,desc",
          "id,asc,desc",
          "name,DESC",
          "password,asc",
          ",",
          ",desc",
          "id,",
          "status",
          "time",
          "RUNNING",
          "FAILED",
          "running",
          "MANUAL",
          "ONLINE",
          "root",
          "2026-01-01T00:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "0000-01-01T00:00:00Z",
          "10000-01-01T00:00:00+18:00",
          "2026-02-30T00:00:00Z",
          "x".repeat(300),
          "9".repeat(1500));

  private final Random random;

  FuzzDice(Random random) {
    this.random = random;
  }

  /** From 0, below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Something odd. */
  String text() {
    return seldom() ? "" + random.nextLong() : one(ODD);
  }

  boolean often() {
    return random.nextInt(10) < 7;
  }

  boolean seldom() {
    return random.nextInt(10) == 0;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
