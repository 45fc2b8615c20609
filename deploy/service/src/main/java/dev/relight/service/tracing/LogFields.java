package dev.relight.service.tracing;

import org.jboss.logging.MDC;

/** What a line about a task carries beside its text, where lines are written as JSON. */
public final class LogFields {
  private static final int TRACE_FROM = 3;
  private static final int TRACE_TO = 35;

  private LogFields() {}

  /** Logs with what the lines are about. */
  public static void about(
      long task, long subtask, int attempt, String traceparent, Runnable lines) {
    MDC.put("task", String.valueOf(task));
    MDC.put("subtask", String.valueOf(subtask));
    MDC.put("attempt", String.valueOf(attempt));
    if (traceparent != null && traceparent.length() >= TRACE_TO) {
      MDC.put("trace", traceparent.substring(TRACE_FROM, TRACE_TO));
    }
    try {
      lines.run();
    } finally {
      MDC.remove("task");
      MDC.remove("subtask");
      MDC.remove("attempt");
      MDC.remove("trace");
    }
  }
}
