package dev.relight.faults;

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
    for (long id : some(scene)) {
      scene.crashes(id);
      Hosts.setFault(scene.stack().inventory().host(id), "crashes", "");
    }
    scene.now();
    scene.pass(30, 4);
  }

  private static void slow(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.expectNoFailures();
    for (long id : some(scene)) {
      Hosts.setFault(scene.stack().inventory().host(id), "slow", "5");
    }
    scene.now();
    scene.pass(30, 4);
  }

  private static List<Long> some(Scene scene) {
    List<Long> all = scene.stack().inventory().real();
    return all.subList(0, HOSTS);
  }
}
