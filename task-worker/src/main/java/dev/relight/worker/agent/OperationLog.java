package dev.relight.worker.agent;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What one attempt writes for the people who follow it: each line is handed out once, in order, and
 * all lines together are bounded.
 */
public final class OperationLog {
  static final int MAX_CHARS = 1 << 20;
  private static final int MAX_LINE = 4_096;

  private final Clock clock;
  private List<String> lines = new ArrayList<>();
  private int chars;

  public OperationLog(Clock clock) {
    this.clock = clock;
  }

  public void info(String message) {
    append("INFO", message);
  }

  public void warn(String message) {
    append("WARN", message);
  }

  /** The lines since the last call. */
  public synchronized List<String> drain() {
    if (lines.isEmpty()) {
      return List.of();
    }
    List<String> drained = lines;
    lines = new ArrayList<>();
    return drained;
  }

  /** What a host prints has to fit into a message, however much it is. */
  static String bounded(String text) {
    return text == null || text.length() <= MAX_LINE ? text : text.substring(0, MAX_LINE) + "…";
  }

  private synchronized void append(String level, String message) {
    if (chars > MAX_CHARS) {
      return;
    }
    String line =
        clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + bounded(message);
    chars += line.length();
    lines.add(chars > MAX_CHARS ? "The log ends here: it has grown too long." : line);
  }
}
