package dev.relight.worker.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * What one attempt writes for the people who follow it: each line is handed out once, in order and
 * without secrets, and all lines together are bounded.
 */
public final class OperationLog {
  /** What is handed out at once has to fit into a message, with its JSON around it. */
  static final int MAX_HANDED_OUT = 256 * 1024;

  private static final int MAX_LINE = 4_096;

  /** Kept free for the line that says what was left out. */
  private static final int RESERVED = 256;

  private final Clock clock;
  private final int maxLines;
  private final long maxSize;
  private final Queue<String> waiting = new ArrayDeque<>();
  private int lines;
  private volatile String last = "";
  private long size;
  private int leftOutLines;
  private long leftOutSize;

  /**
   * An empty log.
   *
   * @param maxLines how many lines it keeps
   * @param maxSize their bytes in UTF-8
   */
  public OperationLog(Clock clock, int maxLines, long maxSize) {
    this.clock = clock;
    this.maxLines = maxLines - 1;
    this.maxSize = maxSize - RESERVED;
  }

  public void info(String message) {
    last = bounded(message);
    append("INFO", message);
  }

  /** What was done last, {@code ""} before the first thing. */
  public String last() {
    return last;
  }

  public void warn(String message) {
    append("WARN", message);
  }

  /** The lines since the last call, as many as fit into a message; empty when there are no more. */
  public synchronized List<String> drain() {
    List<String> drained = new ArrayList<>();
    int chars = 0;
    while (!waiting.isEmpty() && chars < MAX_HANDED_OUT) {
      String line = waiting.remove();
      chars += line.length();
      drained.add(line);
    }
    return drained;
  }

  /** Nothing more is written: says what was left out, if anything was. */
  public synchronized void end() {
    if (leftOutLines > 0) {
      waiting.add(
          stamped("WARN", "%d lines (%d bytes) were left out: the log of an attempt holds no more")
              .formatted(leftOutLines, leftOutSize));
    }
  }

  /** What a host prints has to fit into a message, however much it is, and is not to tell all. */
  static String bounded(String text) {
    if (text == null) {
      return null;
    }
    return Secrets.masked(text.length() <= MAX_LINE ? text : text.substring(0, MAX_LINE) + "…");
  }

  private synchronized void append(String level, String message) {
    String line = stamped(level, bounded(message));
    int newLines = 1 + (int) line.chars().filter(c -> c == '\n').count();
    int newSize = line.getBytes(UTF_8).length + 1;
    if (leftOutLines > 0 || lines + newLines > maxLines || size + newSize > maxSize) {
      leftOutLines += newLines;
      leftOutSize += newSize;
      return;
    }
    lines += newLines;
    size += newSize;
    waiting.add(line);
  }

  private String stamped(String level, String message) {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + message;
  }
}
