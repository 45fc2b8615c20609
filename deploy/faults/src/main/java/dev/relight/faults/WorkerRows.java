package dev.relight.faults;

import java.time.Duration;
import java.util.List;

/** Workers that die, hang, or are restarted. */
final class WorkerRows {
  private static final Duration ELSEWHERE = Duration.ofSeconds(5);
  private static final Duration HANDED_ON = Duration.ofSeconds(1);

  static final List<Row> ALL =
      List.of(
          new Row(
              "worker-killed",
              "a worker is killed (kill -9)",
              "its lease runs out, and others take over what it had; a host on which something runs is left to finish, and what was done there is adopted",
              WorkerRows::killOne),
          new Row(
              "workers-killed-in-turn",
              "workers are killed, one after another",
              "the same, each time",
              WorkerRows::killInTurn),
          new Row(
              "workers-killed",
              "all workers are killed, and started again",
              "all waits, until the first one is back",
              WorkerRows::killAll),
          new Row(
              "worker-suspended",
              "a worker stands still for 30 s (SIGSTOP), and goes on with a lease that ran out",
              "others take over; when it goes on it starts nothing, and hosts and control planes turn it away",
              WorkerRows::suspend),
          new Row(
              "worker-stopped",
              "a worker is stopped in good order (SIGTERM) and hands back what it has",
              "it finishes what it can, hands back the rest, which others begin at once",
              WorkerRows::stop));

  private WorkerRows() {}

  private static void killOne(Scene scene) throws Exception {
    kill(scene, scene.any(scene.stack().workers()));
    scene.pass(10, 3);
  }

  private static void killInTurn(Scene scene) throws Exception {
    for (int i = 0; i < scene.count(5, 2); i++) {
      Node worker = scene.any(scene.stack().workers());
      kill(scene, worker);
      scene.pass(4, 0.5);
      worker.start();
      worker.awaitReady();
    }
  }

  private static void killAll(Scene scene) throws Exception {
    for (Node worker : scene.stack().workers()) {
      worker.kill();
    }
    scene.pass(10, 2);
    for (Node worker : scene.stack().workers()) {
      worker.start();
    }
    scene.now();
  }

  private static void suspend(Scene scene) throws Exception {
    Node worker = scene.any(scene.stack().workers());
    long at = scene.now();
    worker.suspend();
    elsewhere(scene, worker.pid(), at);
    scene.pass(30, 5);
    worker.resume();
    scene.pass(3, 1);
  }

  private static void stop(Scene scene) throws Exception {
    Node worker = scene.any(scene.stack().workers());
    scene.now();
    scene.expectNoFailures();
    worker.terminate();
    scene.target(
        "handed back to begun, p99", HANDED_ON, () -> reports(scene).handedBackUntilBegun());
  }

  private static void kill(Scene scene, Node worker) throws InterruptedException {
    long pid = worker.pid();
    worker.kill();
    elsewhere(scene, pid, scene.now());
  }

  private static void elsewhere(Scene scene, long pid, long at) {
    scene.target(
        "lost to begun elsewhere, p99", ELSEWHERE, () -> reports(scene).lostUntilBegun(pid, at));
  }

  private static Reports reports(Scene scene) {
    return new Reports(scene.witness());
  }
}
