package dev.relight.faults;

import dev.relight.local.DemoHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hosts whose agents are not as they should be. */
final class HostRows {
  static final List<Row> ALL =
      List.of(
          new Row(
              "agent-crashes",
              "the agents of three hosts end as soon as they were started, for 30 s",
              "these restarts fail and say so; the others go on",
              HostRows::crash),
          new Row(
              "agent-slow",
              "the agents of three hosts take 5 s for everything, for 30 s",
              "these restarts take longer, and succeed",
              HostRows::slow));

  private static final int HOSTS = 3;

  private HostRows() {}

  private static void crash(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    some(scene).forEach(scene::crashes);
    play(scene, "crashes", "");
  }

  private static void slow(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.expectNoFailures();
    play(scene, "slow", "5");
  }

  private static void play(Scene scene, String fault, String content) throws Exception {
    List<HostRecord> records = new ArrayList<>();
    for (long id : some(scene)) {
      DemoHost host = scene.stack().inventory().host(id);
      Hosts.setFault(host, fault, content);
      records.add(new HostRecord(host));
    }
    scene.now();
    scene.pass(30, 4);
    scene.awaitFelt(() -> isStarted(records));
  }

  /** Whether a task has started one of the agents. */
  private static boolean isStarted(List<HostRecord> records) throws IOException {
    for (HostRecord record : records) {
      if (record.lines().stream().anyMatch(line -> line.action().equals("started"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Long> some(Scene scene) {
    List<Long> all = scene.stack().inventory().real();
    return all.subList(0, HOSTS);
  }
}
