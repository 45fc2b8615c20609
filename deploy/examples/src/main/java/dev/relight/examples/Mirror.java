package dev.relight.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every task and its subtasks as their events tell them. Events of the two topics may come in any
 * order between each other, and any of them any number of times.
 */
public final class Mirror {
  private static final List<String> OF_A_TASK = List.of("name", "creator", "status", "operation");

  /** What is known of one task; versions are those of the newest events. */
  private static final class Task {
    private final ObjectNode state = JsonNodeFactory.instance.objectNode();
    private final TreeMap<Long, ObjectNode> subtasks = new TreeMap<>();
    private final Map<Long, Long> versions = new HashMap<>();
    private long version;
    private int subtaskCount;
  }

  private final TreeMap<Long, Task> tasks = new TreeMap<>();

  /** An event of the topic task-status; {@code version} is its header ce_taskversion. */
  public void task(long version, JsonNode event) {
    Task task = of(event);
    // Only the first event of a task says how many subtasks there are.
    task.subtaskCount = event.path("subtaskCount").asInt(task.subtaskCount);
    if (version > task.version) {
      task.version = version;
      OF_A_TASK.forEach(member -> task.state.set(member, event.get(member)));
    }
  }

  /** An event of the topic subtask-status. */
  public void subtask(long version, JsonNode event) {
    Task task = of(event);
    long id = event.get("subtaskId").asLong();
    if (version > task.versions.getOrDefault(id, 0L)) {
      task.versions.put(id, version);
      task.subtasks.put(id, event.deepCopy());
    }
  }

  /**
   * All of it, by ids. Ids of a task's subtasks are consecutive, and the first one is READY at
   * once.
   */
  public ObjectNode toJson() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    tasks.forEach(
        (id, task) -> {
          ObjectNode shown = task.state.deepCopy();
          ObjectNode subtasks = shown.putObject("subtasks");
          for (int i = 0; i < task.subtaskCount && !task.subtasks.isEmpty(); i++) {
            long subtask = task.subtasks.firstKey() + i;
            subtasks.set(String.valueOf(subtask), task.subtasks.getOrDefault(subtask, pending()));
          }
          all.set(String.valueOf(id), shown);
        });
    return all;
  }

  /** A subtask of which there is no event yet. */
  private static ObjectNode pending() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", "PENDING")
        .put("operation", "EXECUTE")
        .put("attempt", 1);
  }

  private Task of(JsonNode event) {
    return tasks.computeIfAbsent(event.get("taskId").asLong(), id -> new Task());
  }
}
