package dev.relight.faults;

import dev.relight.faults.HostRecord.Line;
import dev.relight.faults.TaskFile.Subtask;
import dev.relight.faults.Witness.Command;
import dev.relight.faults.Witness.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must always hold, checked when all is calm again: by the hosts' own records, and by what was
 * said on the topics. Each complaint begins with the number of what it is about.
 */
final class Invariants {
  /** Between a clock that a worker reads and the one that this process reads. */
  private static final long SLACK_MILLIS = 20;

  private final Collection<TaskFile> tasks;
  private final Map<Long, List<Line>> lines = new HashMap<>();
  private final Set<Long> crashing;
  private final List<String> complaints = new ArrayList<>();
  private final Map<Long, Subtask> subtasks = new HashMap<>();

  /** By the chain that the hosts know: the subtask's id. */
  private final Map<String, TaskFile> taskOf = new HashMap<>();

  /**
   * @param records by the host's id
   * @param crashing hosts whose agents did not stay up, so that nobody can tell how often they
   *     start
   */
  Invariants(Collection<TaskFile> tasks, Map<Long, HostRecord> records, Set<Long> crashing)
      throws IOException {
    this.tasks = tasks;
    this.crashing = crashing;
    for (Map.Entry<Long, HostRecord> record : records.entrySet()) {
      lines.put(record.getKey(), record.getValue().lines());
    }
    for (TaskFile task : tasks) {
      for (Subtask subtask : task.subtasks()) {
        subtasks.put(subtask.id(), subtask);
        taskOf.put(Long.toString(subtask.id()), task);
      }
    }
  }

  List<String> complaints() {
    return complaints;
  }

  /** I1: every accepted task ends; I6: and all of it is told. */
  void ended() {
    for (TaskFile task : tasks) {
      if (!task.hasEnded()) {
        complaints.add("I1: task %d has not ended, it is %s".formatted(task.id(), task.status()));
      } else if (!task.isWhole()) {
        complaints.add("I6: not all events of task %d were told".formatted(task.id()));
      }
    }
  }

  /** I2: at most one attempt is at work on a host, and at most one agent runs there. */
  void oneAtATime() {
    lines.forEach(
        (host, record) -> {
          Boolean runs = null;
          for (Line line : record) {
            if (line.action().equals("overlap")) {
              complaints.add("I2: two attempts at once on host %d: %s".formatted(host, line));
            }
            if (line.isChange()) {
              boolean started = line.action().equals("started");
              if (runs != null && runs == started && !crashing.contains(host)) {
                complaints.add("I2: twice in a row on host %d: %s".formatted(host, line));
              }
              runs = started;
            }
          }
        });
  }

  /**
   * I3: while there are no waves, a request allows that all of its hosts are down, and no others,
   * until it has ended; then those alone that it failed on.
   */
  void noneIsDownWithoutNeed() {
    lines.forEach(
        (host, record) -> {
          List<Line> changes = record.stream().filter(Line::isChange).toList();
          changes.stream()
              .filter(line -> line.action().equals("stopped") && !isAllowed(host, line))
              .map(line -> "I3: no open task asked for that, host %d: %s".formatted(host, line))
              .forEach(complaints::add);
          if (!changes.isEmpty() && isLeftDown(host, changes.get(changes.size() - 1))) {
            complaints.add("I3: host %d was left down: %s".formatted(host, record));
          }
        });
  }

  private boolean isAllowed(long host, Line stop) {
    TaskFile task = taskOf.get(stop.chain());
    return task != null
        && task.hosts().contains(host)
        && (!task.hasEnded() || stop.at() < task.endedAt() + SLACK_MILLIS);
  }

  private boolean isLeftDown(long host, Line last) {
    return last.action().equals("stopped")
        && !crashing.contains(host)
        && taskOf.containsKey(last.chain())
        && !taskOf.get(last.chain()).status().equals("FAILED");
  }

  /** I4: what a task came to is what its newest dispatch reported, and ended subtasks stay so. */
  void staleReportsChangeNothing(List<Command> commands, List<Report> reports) {
    Map<Long, Long> newest = new HashMap<>();
    commands.stream()
        .filter(command -> !command.compensation())
        .forEach(command -> newest.merge(command.subtask(), command.fence(), Math::max));
    Set<List<Long>> succeeded = new HashSet<>();
    reports.stream()
        .filter(report -> report.type().equals("SUCCEEDED"))
        .forEach(report -> succeeded.add(List.of(report.subtask(), report.fence())));
    for (Subtask subtask : subtasks.values()) {
      if (subtask.kind().equals("WAIT")) {
        continue;
      }
      if (subtask.wasDone()
          && !succeeded.contains(List.of(subtask.id(), newest.getOrDefault(subtask.id(), 0L)))) {
        complaints.add(
            "I4: subtask %d is SUCCESSFUL, but not by its newest dispatch %d"
                .formatted(subtask.id(), newest.get(subtask.id())));
      }
      staysEnded(subtask);
    }
  }

  private void staysEnded(Subtask subtask) {
    boolean ended = false;
    for (TaskFile.Change change : subtask.changes()) {
      if (ended && !change.status().equals("FAILED") && change.operation().equals("EXECUTE")) {
        complaints.add("I4: subtask %d went on: %s".formatted(subtask.id(), subtask.changes()));
      }
      ended = change.status().equals("SUCCESSFUL");
    }
  }

  /** I5: one key, one task; and no task without a key. */
  void oneTaskOfAKey(Map<String, Long> taskOfKey) {
    Set<Long> accepted = new HashSet<>(taskOfKey.values());
    if (accepted.size() < taskOfKey.size()) {
      complaints.add("I5: two keys were answered with one task");
    }
    for (TaskFile task : tasks) {
      if (!accepted.remove(task.id())) {
        complaints.add("I5: nobody asked for task " + task.id());
      }
    }
    accepted.forEach(id -> complaints.add("I6: no event of the accepted task " + id));
  }

  /** I8: nothing starts after a pause or a cancel was answered. */
  void nothingStartsWhileHeld(List<Load.Hold> holds, List<Report> reports) {
    Map<List<Long>, Long> startedAt = new HashMap<>();
    reports.stream()
        .filter(report -> report.type().equals("STARTED"))
        .forEach(r -> startedAt.merge(List.of(r.subtask(), r.fence()), r.at(), Math::min));
    for (Load.Hold hold : holds) {
      Set<String> chains = new HashSet<>();
      tasks.stream()
          .filter(task -> task.id() == hold.task())
          .flatMap(task -> task.subtasks().stream())
          .forEach(subtask -> chains.add(Long.toString(subtask.id())));
      lines.forEach(
          (host, record) ->
              record.stream()
                  .filter(line -> line.action().equals("begin") && chains.contains(line.chain()))
                  .filter(line -> line.at() > hold.from() && line.at() < hold.to())
                  .filter(
                      line -> {
                        List<Long> dispatch = List.of(Long.parseLong(line.chain()), line.fence());
                        long started = startedAt.getOrDefault(dispatch, Long.MAX_VALUE);
                        return started > hold.from() + SLACK_MILLIS;
                      })
                  .forEach(
                      line ->
                          complaints.add(
                              "I8: %s on host %d though task %d was held at %d"
                                  .formatted(line, host, hold.task(), hold.from()))));
    }
  }

  /** I9: on the hosts, too, nobody's agent is started before the last one was stopped. */
  void stagesInTheirOrder() {
    for (TaskFile task : tasks) {
      long lastStop = 0;
      long firstStart = Long.MAX_VALUE;
      for (Subtask subtask : task.subtasks()) {
        String chain = Long.toString(subtask.id());
        for (Line line : lines.getOrDefault(subtask.host(), List.of())) {
          if (!line.chain().equals(chain)) {
            continue;
          }
          if (subtask.kind().equals("STOP_ALL") && !line.action().equals("begin")) {
            lastStop = Math.max(lastStop, line.at());
          } else if (subtask.kind().equals("START_ALL") && line.action().equals("begin")) {
            firstStart = Math.min(firstStart, line.at());
          }
        }
      }
      if (firstStart < lastStop) {
        complaints.add(
            "I9: task %d started an agent at %d and stopped another at %d"
                .formatted(task.id(), firstStart, lastStop));
      }
    }
  }

  /** I10: each successful restart started the agent once, and no attempts did more. */
  void oneStartEach() {
    for (Subtask subtask : subtasks.values()) {
      if (!lines.containsKey(subtask.host()) || crashing.contains(subtask.host())) {
        continue;
      }
      long starts = count(subtask, "started");
      long stops = count(subtask, "stopped");
      boolean done = subtask.wasDone();
      if (starts > 1
          || stops > 1
          || done && subtask.kind().equals("START_ALL") && starts != 1
          || starts > 0 && !subtask.kind().equals("START_ALL") && !wasCompensated(subtask)) {
        complaints.add(
            "I10: subtask %d (%s %s) started the agent of host %d %d times and stopped it %d times"
                .formatted(
                    subtask.id(), subtask.kind(), subtask.status(), subtask.host(), starts, stops));
      }
    }
  }

  private boolean wasCompensated(Subtask subtask) {
    return lines.get(subtask.host()).stream()
        .filter(line -> line.isOf(subtask.id()) && line.action().equals("started"))
        .allMatch(Line::compensates);
  }

  private long count(Subtask subtask, String action) {
    return lines.get(subtask.host()).stream()
        .filter(line -> line.isOf(subtask.id()) && line.action().equals(action))
        .count();
  }
}
