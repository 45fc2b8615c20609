package dev.relight.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Messages that come twice, late, again from the beginning, in masses, or as nonsense. */
final class MessageRows {
  private static final String COMMANDS = Stack.PREFIX + ".subtask-commands";
  private static final String REPORTS = Stack.PREFIX + ".subtask-reports";
  private static final String DEAD = ".dlq";

  /** Of topics whose nonsense is kept, and of the others. */
  private static final List<String> KEPT = List.of(COMMANDS, REPORTS);

  private static final List<String> IGNORED =
      List.of(
          Stack.PREFIX + ".worker-heartbeats",
          Stack.PREFIX + ".worker-control",
          Stack.PREFIX + ".host-sightings",
          Stack.PREFIX + ".task-status",
          Stack.PREFIX + ".subtask-status");

  private static final List<String> NONSENSE =
      List.of(
          "not JSON at all \u0000\u0001",
          "",
          "null",
          "[]",
          "{}",
          "{\"taskId\":\"one\"}",
          "{\"taskId\":1,\"subtaskId\":1,\"fence\":1,\"kind\":\"NEVER\",\"type\":\"NEVER\"}",
          "{\"worker\":".repeat(200));

  private static final int MILLION = 1_000_000;
  private static final int FEWEST = 20_000;

  static final List<Row> ALL =
      List.of(
          new Row(
              "messages-disturbed",
              "every command and report comes twice, up to a minute late, in any order",
              "fences turn away what is doubled or late; what is late for long is done again",
              MessageRows::disturb),
          new Row(
              "topics-replayed",
              "commands and reports are read again from the beginning of their topics",
              "all of it is stale, and dropped",
              MessageRows::replay),
          new Row(
              "poison",
              "there is nonsense on every topic",
              "it goes to the dead letters, or is passed by",
              MessageRows::poison),
          new Row(
              "backlog",
              "the control planes find a million stale reports before the next new one",
              "they are dropped by the thousand; nobody is taken over meanwhile",
              MessageRows::flood));

  private MessageRows() {}

  private static Forger forger(Scene scene) {
    return new Forger(scene.stack().cluster().direct());
  }

  private static void disturb(Scene scene) throws Exception {
    scene.expectNoFailures();
    Stack stack = scene.stack();
    try (Forger forger = forger(scene)) {
      Detour.makeTopics(forger);
    }
    Detour detour = new Detour(stack.cluster().direct(), scene.random(), scene.duration(60, 1.5));
    try (detour) {
      stack.workersCallTopics(Detour.PREFIX);
      Node.terminate(stack.workers());
      start(stack.workers());
      scene.pass(120, 8);
      scene.awaitFelt(() -> detour.doubled() > 0);
      detour.calm();
      scene.pass(60, 2);
      Node.terminate(stack.workers());
    } finally {
      stack.workersCallTopics(Stack.PREFIX);
    }
    start(stack.workers());
    scene.now();
  }

  private static void start(List<Node> nodes) throws Exception {
    for (Node node : nodes) {
      node.start();
    }
    for (Node node : nodes) {
      node.awaitReady();
    }
  }

  private static void replay(Scene scene) throws Exception {
    scene.expectNoFailures();
    List<Node> services = scene.stack().services();
    Node.terminate(services);
    try (Forger forger = forger(scene)) {
      forger.rewind(Stack.PREFIX + "-control-planes", REPORTS);
      forger.rewind(Stack.PREFIX + "-workers.default", COMMANDS);
    }
    start(services);
    scene.now();
  }

  private static void poison(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.expectNoFailures();
    try (Forger forger = forger(scene)) {
      long before = forger.count(COMMANDS + DEAD) + forger.count(REPORTS + DEAD);
      int kept = 0;
      for (String topic : KEPT) {
        kept += poison(forger, topic);
      }
      for (String topic : IGNORED) {
        poison(forger, topic);
      }
      forger.flush();
      scene.now();
      long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      long there = 0;
      while (there < kept && System.nanoTime() - deadline < 0) {
        Thread.sleep(100);
        there = forger.count(COMMANDS + DEAD) + forger.count(REPORTS + DEAD) - before;
      }
      if (there != kept) {
        scene.complain("%d of %d are with the dead letters".formatted(there, kept));
      }
    }
  }

  private static int poison(Forger forger, String topic) throws Exception {
    int said = 0;
    for (int partition = 0; partition < forger.partitions(topic); partition++) {
      for (String nonsense : NONSENSE) {
        forger.say(topic, partition, "poison", nonsense.getBytes(StandardCharsets.UTF_8));
        said++;
      }
      forger.say(topic, partition, null, null);
      said++;
    }
    return said;
  }

  /** All of them about subtasks that are under way, under fences of long ago. */
  private static void flood(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.expectNoFailures();
    int count = scene.count(MILLION, FEWEST);
    List<byte[]> stale = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (Witness.Report report : scene.witness().reports()) {
      for (String type : List.of("SUCCEEDED", "FAILED")) {
        keys.add(Long.toString(report.task()));
        stale.add(
            """
            {"taskId":%d,"subtaskId":%d,"attempt":1,"fence":%d,"worker":"long-ago","type":"%s",\
            "at":"2026-01-01T00:00:00Z","message":"stale","observed":null,"log":[]}"""
                .formatted(report.task(), report.subtask(), report.fence() - 2, type)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    try (Forger forger = forger(scene)) {
      scene.now();
      for (int i = 0; i < count; i++) {
        forger.say(REPORTS, null, keys.get(i % keys.size()), stale.get(i % stale.size()));
      }
      forger.flush();
    }
  }
}
