package dev.relight.faults;

import dev.relight.faults.Witness.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the workers' reports say of how work went from one to the other. */
final class Reports {
  /** The beginning of the one that lost it, and of the other. */
  record Takeover(Report from, Report by) {}

  private static final double P99 = 0.99;

  private final Map<Long, List<Report>> bySubtask = new HashMap<>();
  private final Witness witness;

  Reports(Witness witness) {
    this.witness = witness;
    List<Report> reports = witness.reports();
    reports.stream()
        .sorted(Comparator.comparingLong(Report::at))
        .forEach(
            report ->
                bySubtask.computeIfAbsent(report.subtask(), id -> new ArrayList<>()).add(report));
  }

  /** What one began that another had begun, and had neither ended nor handed back. */
  List<Takeover> takeovers() {
    List<Takeover> found = new ArrayList<>();
    for (List<Report> reports : bySubtask.values()) {
      TreeMap<Long, Report> open = new TreeMap<>();
      for (Report report : reports) {
        if (report.ends()) {
          open.remove(report.fence());
        } else if (report.type().equals("STARTED")) {
          Map.Entry<Long, Report> before = open.lowerEntry(report.fence());
          if (before != null) {
            found.add(new Takeover(before.getValue(), report));
          }
          open.put(report.fence(), report);
        }
      }
    }
    return found;
  }

  /**
   * How long it took until another one began what a worker was doing when it died.
   *
   * @param worker by the process id in its name
   */
  long lostUntilBegun(long pid, long diedAt) {
    List<Long> delays = new ArrayList<>();
    for (List<Report> reports : bySubtask.values()) {
      Report last = null;
      for (Report report : reports) {
        if (report.at() <= diedAt && !report.type().equals("LOG")) {
          last = report;
        }
      }
      if (last == null || last.ends() || !last.worker().contains("-" + pid + "-")) {
        continue;
      }
      long fence = last.fence();
      reports.stream()
          .filter(r -> r.type().equals("STARTED") && r.fence() > fence)
          .findFirst()
          .filter(r -> !wasHeld(r, diedAt))
          .ifPresent(r -> delays.add(r.at() - diedAt));
    }
    return p99(delays);
  }

  /** How long it took until another one began what was handed back. */
  long handedBackUntilBegun() {
    List<Long> delays = new ArrayList<>();
    for (List<Report> reports : bySubtask.values()) {
      Long releasedAt = null;
      for (Report report : reports) {
        if (report.type().equals("RELEASED")) {
          releasedAt = report.at();
        } else if (report.type().equals("STARTED") && releasedAt != null) {
          if (!wasHeld(report, releasedAt)) {
            delays.add(report.at() - releasedAt);
          }
          releasedAt = null;
        }
      }
    }
    return p99(delays);
  }

  /** Whether it could not begin sooner, as users had paused or canceled its task. */
  private boolean wasHeld(Report begun, long since) {
    return witness.task(begun.task()).filter(task -> task.wasHeld(since, begun.at())).isPresent();
  }

  private static long p99(List<Long> delays) {
    if (delays.isEmpty()) {
      return -1;
    }
    List<Long> sorted = delays.stream().sorted().toList();
    return sorted.get((int) Math.ceil(P99 * sorted.size()) - 1);
  }
}
