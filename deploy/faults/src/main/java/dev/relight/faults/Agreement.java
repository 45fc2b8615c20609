package dev.relight.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** I6 and I7: what the API answers, what the events tell and what the audit has are the same. */
final class Agreement {
  private static final List<String> MEMBERS = List.of("status", "operation", "executor", "message");

  private final Client client;
  private final List<String> complaints = new ArrayList<>();

  Agreement(Client client) {
    this.client = client;
  }

  /** What does not agree, of these tasks; {@code mirrored} is made of the events alone. */
  List<String> of(Collection<TaskFile> tasks, ObjectNode mirrored) throws InterruptedException {
    for (TaskFile task : tasks) {
      JsonNode told = mirrored.path(Long.toString(task.id()));
      JsonNode answered = client.get("/tasks/instances/" + task.id()).data();
      for (String member : List.of("name", "status", "operation")) {
        compare(task.id() + " " + member, told.path(member), answered.path(member));
      }
      compare(task.id() + " creator", told.path("creator"), answered.at("/creator/name"));
      compareSubtasks(task.id(), told.path("subtasks"), answered.path("subtasks"));
      audited(task.id());
    }
    return complaints;
  }

  private void compareSubtasks(long task, JsonNode told, JsonNode answered) {
    if (told.size() != answered.size()) {
      complaints.add(
          "I6: task %d has %d subtasks by its events, %d by the API"
              .formatted(task, told.size(), answered.size()));
      return;
    }
    for (JsonNode subtask : answered) {
      String id = subtask.path("id").asText();
      compare(task + " subtask " + id, state(told.path(id), "attempt"), state(subtask, "runTime"));
    }
  }

  private void audited(long task) throws InterruptedException {
    long accepted = 0;
    for (JsonNode event : client.get("/audit/events?taskId=" + task).data().path("contents")) {
      if (event.path("operation").asText().contains("batchRestartAgents")
          && event.path("status").asInt() == Client.OK) {
        accepted++;
      }
    }
    if (accepted < 1) {
      complaints.add("I7: the audit does not know who asked for task " + task);
    }
  }

  private void compare(String what, JsonNode told, JsonNode answered) {
    if (!told.equals(answered)) {
      complaints.add("I7: task %s: events %s, API %s".formatted(what, told, answered));
    }
  }

  private static ObjectNode state(JsonNode subtask, String attempt) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    for (String member : MEMBERS) {
      state.set(member, subtask.get(member));
    }
    return state.put("attempt", subtask.path(attempt).asInt());
  }
}
