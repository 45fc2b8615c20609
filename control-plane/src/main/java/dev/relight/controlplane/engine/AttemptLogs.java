package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Logs.Lines;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.model.SubtaskOperation;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** What one transaction adds to the logs of subtasks: a header for each attempt, and its lines. */
final class AttemptLogs {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx");

  private static final ZoneId ZONE = ZoneId.systemDefault();

  private final OffsetDateTime now;
  private final List<Lines> added = new ArrayList<>();

  AttemptLogs(OffsetDateTime now) {
    this.now = now;
  }

  void add(SubtaskRow subtask, String lines) {
    added.add(new Lines(subtask.id(), subtask.attempt(), "", lines));
  }

  /** The attempt has started at this time, now where the worker did not say. */
  void began(SubtaskRow subtask, Instant at) {
    String what = subtask.operation() == SubtaskOperation.ROLLBACK ? "ROLLBACK" : "EXECUTE";
    added.add(
        new Lines(
            subtask.id(),
            subtask.attempt(),
            "############{%s}{%s}############\n"
                .formatted(
                    subtask.state().compensation() == null ? what : "COMPENSATE",
                    TIME.format((at == null ? now.toInstant() : at).atZone(ZONE))),
            ""));
  }

  List<Lines> added() {
    return added;
  }
}
