package dev.relight.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Control planes that die, hang, or are restarted. */
final class ControlPlaneRows {
  private static final int MANY_HOSTS = 10_000;
  private static final Duration ANSWER = Duration.ofMinutes(2);

  /** By a second, that is; without it small tasks take some tenths. */
  private static final Duration LATE = Duration.ofMillis(1_500);

  /** From the moment in which one is killed, until all of its tasks go on. */
  private static final Duration GOES_ON = Duration.ofSeconds(10);

  static final List<Row> ALL =
      List.of(
          new Row(
              "control-plane-killed",
              "one of two control planes is killed",
              "the other one does all; requests that were not answered are asked again under their keys",
              scene -> killOne(scene)),
          new Row(
              "control-planes-killed",
              "both control planes are killed, and started again",
              "workers finish what they have, and keep their reports; nobody is taken over",
              ControlPlaneRows::killBoth),
          new Row(
              "control-planes-killed-in-turn",
              "control planes are killed, one after another",
              "the other one goes on, each time",
              ControlPlaneRows::killInTurn),
          new Row(
              "control-plane-killed-in-submit",
              "a control plane is killed while it accepts a batch of 10,000 hosts",
              "the batch is there wholly or not at all; asked for again under its key it is one task",
              ControlPlaneRows::killInSubmit),
          new Row(
              "control-plane-suspended",
              "a control plane stands still for 30 s (SIGSTOP)",
              "the other one goes on; the one that comes back declares nobody lost before it has read all",
              ControlPlaneRows::suspend),
          new Row(
              "rolling-restart",
              "all control planes and workers are restarted in turn (SIGTERM)",
              "nothing fails, nobody is taken over",
              ControlPlaneRows::restartAll));

  private ControlPlaneRows() {}

  private static void killOne(Scene scene) throws Exception {
    Node controlPlane = scene.any(scene.stack().controlPlanes());
    scene.expectNoTakeovers();
    controlPlane.kill();
    long killed = scene.now();
    scene.pass(15, 1);
    scene.targetFrom(killed, GOES_ON);
  }

  private static void killBoth(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    for (Node controlPlane : scene.stack().controlPlanes()) {
      controlPlane.kill();
    }
    // Longer than a lease, so that no worker was heard of for one.
    scene.pass(30, 4);
    for (Node controlPlane : scene.stack().controlPlanes()) {
      controlPlane.start();
    }
    for (Node controlPlane : scene.stack().controlPlanes()) {
      controlPlane.awaitReady();
    }
    scene.now();
  }

  private static void killInTurn(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    for (int i = 0; i < scene.count(5, 2); i++) {
      Node controlPlane = scene.stack().controlPlanes().get(i % Stack.CONTROL_PLANES);
      controlPlane.kill();
      long killed = scene.now();
      scene.pass(4, 0.5);
      scene.targetFrom(killed, GOES_ON);
      controlPlane.start();
      controlPlane.awaitReady();
    }
  }

  private static void killInSubmit(Scene scene) throws Exception {
    List<Long> hosts = scene.stack().inventory().many(scene.count(MANY_HOSTS, 500));
    Node controlPlane = scene.stack().controlPlanes().get(0);
    String key = scene.accepted().newKey();
    Map<String, ?> body = Map.of("hostIds", hosts);
    String path = "/compute/hosts/batchRestartAgents";
    Client unlucky = scene.stack().clientOf(controlPlane);
    CompletableFuture<Void> asking =
        CompletableFuture.runAsync(
            () -> {
              try {
                unlucky.once("POST", path, body, key, ANSWER);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Thread.sleep(scene.random().nextInt(1 + hosts.size() / 10));
    controlPlane.kill();
    scene.now();
    asking.join();
    scene.accepted().answered(key, scene.stack().client().post(path, body, key));
  }

  private static void suspend(Scene scene) throws Exception {
    Node controlPlane = scene.any(scene.stack().controlPlanes());
    scene.expectNoTakeovers();
    controlPlane.suspend();
    scene.pass(30, 5);
    controlPlane.resume();
    scene.now();
  }

  private static void restartAll(Scene scene) throws Exception {
    scene.expectNoFailures();
    scene.expectNoTakeovers();
    long first = scene.now();
    for (Node service : scene.stack().services()) {
      service.terminate();
      service.start();
      service.awaitReady();
    }
    long last = scene.now();
    scene.target("tasks meanwhile, longest", LATE, () -> scene.longestSmallTask(first, last));
    scene.target(
        "handed back to begun, p99",
        Duration.ofSeconds(1),
        () -> new Reports(scene.witness()).handedBackUntilBegun());
  }
}
