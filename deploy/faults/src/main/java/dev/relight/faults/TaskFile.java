package dev.relight.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the topics have told of one task. */
final class TaskFile {
  /** The subtasks of a batch of one host. */
  static final int OF_ONE_HOST = 9;

  private static final Set<String> ENDS = Set.of("SUCCESSFUL", "FAILED", "CANCELED");

  /** A subtask's change. */
  record Change(long version, String status, int attempt, String executor, String operation) {}

  /** A subtask, and its changes in their order. */
  record Subtask(long id, String kind, long host, List<Change> changes) {
    String status() {
      return changes.get(changes.size() - 1).status;
    }

    /** A SKIP, or a rollback, is not what the worker did. */
    boolean wasDone() {
      Change last = changes.get(changes.size() - 1);
      return last.status.equals("SUCCESSFUL") && last.operation.equals("EXECUTE");
    }

    int attempts() {
      return changes.get(changes.size() - 1).attempt;
    }
  }

  private final long id;
  private final Map<Boolean, List<String>> heard = new HashMap<>();
  private final TreeMap<Long, Subtask> subtasks = new TreeMap<>();
  private String status = "";
  private int subtaskCount;
  private long statusVersion;
  private volatile long endedAt;
  private final TreeMap<Long, String> heardAt = new TreeMap<>();

  TaskFile(long id) {
    this.id = id;
    heard.put(true, new ArrayList<>());
    heard.put(false, new ArrayList<>());
  }

  long id() {
    return id;
  }

  synchronized String status() {
    return status;
  }

  synchronized boolean hasEnded() {
    return ENDS.contains(status);
  }

  /** Whether all was heard until its end; each event, of the task or a subtask, is one version. */
  synchronized boolean isWhole() {
    return hasEnded() && heard.get(true).size() + heard.get(false).size() >= statusVersion;
  }

  /** When it was heard of first, in milliseconds since the epoch. */
  synchronized long begunAt() {
    return heardAt.isEmpty() ? Long.MAX_VALUE : heardAt.firstKey();
  }

  /** When it was heard that it has ended, in milliseconds since the epoch; 0 before. */
  long endedAt() {
    return endedAt;
  }

  /** Whether nothing was to begin at some time from one moment to another, in milliseconds. */
  synchronized boolean wasHeld(long from, long to) {
    Long before = heardAt.floorKey(from);
    return heardAt.subMap(before == null ? from : before, true, to, true).values().stream()
        .anyMatch(what -> what.startsWith("PAUSED") || what.endsWith("CANCEL"));
  }

  synchronized int subtaskCount() {
    return subtaskCount;
  }

  synchronized List<Subtask> subtasks() {
    return List.copyOf(subtasks.values());
  }

  /** Those that it does anything on. */
  Set<Long> hosts() {
    return subtasks().stream()
        .map(Subtask::host)
        .filter(host -> host > 0)
        .collect(Collectors.toSet());
  }

  /** Whether an event of the task is new; complains of one that should not be. */
  synchronized boolean ofTask(
      long sequence, long version, JsonNode event, List<String> complaints) {
    if (!isNew(false, sequence, event, complaints)) {
      return false;
    }
    subtaskCount = event.path("subtaskCount").asInt(subtaskCount);
    if (version > statusVersion) {
      statusVersion = version;
      status = event.path("status").asText();
      heardAt.put(System.currentTimeMillis(), status + event.path("operation").asText());
      endedAt = hasEnded() ? System.currentTimeMillis() : 0;
    }
    return true;
  }

  /** The same of an event of a subtask. */
  synchronized boolean ofSubtask(
      long sequence, long version, JsonNode event, List<String> complaints) {
    if (!isNew(true, sequence, event, complaints)) {
      return false;
    }
    long subtask = event.path("subtaskId").asLong();
    String kind = event.path("kind").asText();
    subtasks
        .computeIfAbsent(
            subtask, it -> new Subtask(it, kind, event.path("hostId").asLong(), new ArrayList<>()))
        .changes
        .add(
            new Change(
                version,
                event.path("status").asText(),
                event.path("attempt").asInt(),
                event.path("executor").asText(),
                event.path("operation").asText()));
    return true;
  }

  /** Told again it must be the same; and none may be told before the one ahead of it. */
  private boolean isNew(boolean ofSubtask, long sequence, JsonNode event, List<String> complaints) {
    List<String> before = heard.get(ofSubtask);
    String text = event.toString();
    String which = "I6: task %d, event %d of %s".formatted(id, sequence, topic(ofSubtask));
    if (sequence <= before.size()) {
      if (!before.get((int) sequence - 1).equals(text)) {
        complaints.add(which + " was told again and is another: " + text);
      }
      return false;
    }
    if (sequence > before.size() + 1) {
      complaints.add(which + " came behind event " + before.size());
      while (before.size() < sequence - 1) {
        before.add("");
      }
    }
    before.add(text);
    return true;
  }

  private static String topic(boolean ofSubtask) {
    return ofSubtask ? "subtask-status" : "task-status";
  }
}
