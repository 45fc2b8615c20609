package dev.relight.controlplane.engine;

import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.Json;
import dev.relight.controlplane.store.Observations.Seen;
import dev.relight.controlplane.store.SubtaskRow;
import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.AgentState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskReport;
import dev.relight.service.tracing.LogFields;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Applies a batch of reports in one transaction, whatever its size. A report under another fence
 * than the subtask's own is late, repeated or stale, and changes nothing.
 */
@ApplicationScoped
public class ApplyReports {
  private static final Logger LOG = Logger.getLogger(ApplyReports.class);

  private final MoveSubtasks moveSubtasks;
  private final DispatchWaiting dispatchWaiting;
  private final Fleet fleet;
  private final Json json;

  ApplyReports(MoveSubtasks moveSubtasks, DispatchWaiting dispatchWaiting, Fleet fleet, Json json) {
    this.moveSubtasks = moveSubtasks;
    this.dispatchWaiting = dispatchWaiting;
    this.fleet = fleet;
    this.json = json;
  }

  /** The reports in the order in which they were read. */
  public Uni<Void> apply(List<SubtaskReport> reports) {
    if (reports.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return moveSubtasks
        .move(
            reports.stream()
                .map(SubtaskReport::taskId)
                .collect(Collectors.toCollection(TreeSet::new)),
            reports.stream()
                .map(SubtaskReport::subtaskId)
                .collect(Collectors.toCollection(TreeSet::new)),
            (ledger, rows) -> reports.forEach(report -> apply(report, ledger, rows)))
        .invoke(() -> reports.stream().filter(ApplyReports::freesSlot).forEach(this::freed))
        .chain(dispatchWaiting::ifAny);
  }

  private void apply(SubtaskReport report, Ledger ledger, Map<Long, SubtaskRow> rows) {
    SubtaskRow row = rows.get(report.subtaskId());
    if (!concerns(report, row)) {
      Metric.REPORTS_DROPPED.add(1);
      LOG.debugf(
          "dropped %s of task %d subtask %d fence %d from %s",
          report.type(), report.taskId(), report.subtaskId(), report.fence(), report.worker());
      return;
    }
    if (!report.log().isEmpty()) {
      ledger.logs().add(row, String.join("\n", report.log()) + "\n");
    }
    switch (report.type()) {
      case STARTED -> start(report, ledger, row);
      case LOG -> {}
      case RELEASED -> ledger.takeBack(row);
      case SUCCEEDED, FAILED -> end(report, ledger, row);
    }
  }

  /**
   * A subtask that no worker has was taken back: its fence is void until the next dispatch. Whoever
   * hands back what another has begun has only found its command.
   */
  private static boolean concerns(SubtaskReport report, SubtaskRow row) {
    return row != null
        && row.node().taskId() == report.taskId()
        && row.state().isLive()
        && row.fence() == report.fence()
        && row.worker() != null
        && (report.type() != ReportType.RELEASED
            || row.state().isQueued()
            || row.worker().equals(report.worker()));
  }

  private static void start(SubtaskReport report, Ledger ledger, SubtaskRow row) {
    row.takenBy(report.worker());
    if (ledger.move(row, SubtaskSignal.STARTED)) {
      ledger.logs().began(row, report.at());
    }
  }

  private void end(SubtaskReport report, Ledger ledger, SubtaskRow row) {
    // What was canceled and done nevertheless may have stopped an agent: it counts as not done.
    boolean canceled = row.state() == SubtaskState.CANCELING;
    boolean succeeded = report.type() == ReportType.SUCCEEDED && !canceled;
    String message =
        canceled && report.type() == ReportType.SUCCEEDED
            ? "canceled; it was done before its worker could stop"
            : report.message();
    SubtaskKind work = row.work();
    boolean broughtBack = row.state().bringsBack();
    // What the repair says does not hide why the lane failed.
    boolean repair = row.state().compensation() != null;
    row.keep(repair ? null : message, json.write(report.observed()));
    ledger.move(row, succeeded ? SubtaskSignal.SUCCEEDED : ledger.failureOf(row));
    String status = agentStatus(work, broughtBack, succeeded, report.observed());
    if (status != null) {
      ledger.saw(new Seen(row.node().hostId(), status, report.observed()));
    }
    if (!succeeded) {
      LogFields.about(
          report.taskId(),
          report.subtaskId(),
          report.attempt(),
          ledger.task(report.taskId()).traceparent(),
          () ->
              LOG.infof(
                  "task %d subtask %d attempt %d (%s) failed: %s",
                  report.taskId(), report.subtaskId(), report.attempt(), work, message));
    }
  }

  /** What the inventory is to say of the agent now, or null where it stays as it is. */
  private static String agentStatus(
      SubtaskKind work, boolean broughtBack, boolean succeeded, AgentState seen) {
    String asSeen = seen == null ? null : seen.running() ? "AVAILABLE" : "STOPPED";
    if (!succeeded) {
      return seen == null ? "OFFLINE" : asSeen;
    }
    if (broughtBack) {
      return asSeen;
    }
    return switch (work) {
      case PREPARE_RESTART -> "RESTARTING";
      case PREPARE_STOP -> "STOPPING";
      // The lane goes on; what it ends with is seen by its last stage.
      case RESTART_PROXY, STOP_ALL, START_ALL, WAIT -> null;
      case FINISH, RESTART_PROCESS, STOP_PROCESS, REFRESH -> asSeen;
    };
  }

  private void freed(SubtaskReport report) {
    fleet.freed(report.worker());
  }

  private static boolean freesSlot(SubtaskReport report) {
    return report.type() == ReportType.SUCCEEDED || report.type() == ReportType.FAILED;
  }
}
