package dev.relight.worker.agent;

import java.util.regex.Pattern;

/**
 * Takes what looks like a secret out of what hosts print: nobody knows what an agent says when it
 * fails, and a log is read by more people than may log in to its host.
 */
final class Secrets {
  private static final String MASK = "***";

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END|\\z)", Pattern.DOTALL);

  /** As in {@code Authorization: Bearer …}; before the names, which would mask the first word. */
  private static final Pattern SCHEME =
      Pattern.compile("(?i)\\b(basic|bearer)\\s+[a-z0-9+/=._~-]{8,}");

  private static final String NAME =
      "pass(?:word|wd|phrase)?|pwd|secret|token|(?:secret|access|api|private)[_-]?key|credentials?";

  /** As in {@code "password": "…"}, {@code DB_PASSWORD=…}, {@code --password …}. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:"
              + NAME
              + ")[\"']?\\s{0,8}[:=]\\s{0,8}|--?(?:"
              + NAME
              + ")\\s{1,8})"
              + "(?:\"[^\"]*(?:\"|\\z)|'[^']*(?:'|\\z)|[^\\s,;&\"'}]+)");

  /** As in {@code jdbc:postgresql://user:…@host}. */
  private static final Pattern IN_ADDRESS = Pattern.compile("(://[^\\s/:@]{0,64}:)[^\\s/@]+@");

  private Secrets() {}

  static String masked(String text) {
    String masked = PRIVATE_KEY.matcher(text).replaceAll(MASK);
    masked = SCHEME.matcher(masked).replaceAll("$1 " + MASK);
    masked = NAMED.matcher(masked).replaceAll("$1" + MASK);
    return IN_ADDRESS.matcher(masked).replaceAll("$1" + MASK + "@");
  }
}
