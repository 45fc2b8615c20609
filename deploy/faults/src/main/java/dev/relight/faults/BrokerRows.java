package dev.relight.faults;

import java.util.List;

/** Brokers that die, and a Kafka that nobody reaches. */
final class BrokerRows {
  static final List<Row> ALL =
      List.of(
          new Row(
              "broker-killed",
              "one of three brokers is killed, and started again",
              "the others lead its partitions",
              BrokerRows::killOne),
          new Row(
              "broker-lost",
              "one of three brokers is gone, for 60 s",
              "the others lead its partitions",
              BrokerRows::loseOne),
          new Row(
              "brokers-killed",
              "all brokers are killed, and started again",
              "all waits in PostgreSQL and at the workers; nobody is taken over",
              BrokerRows::killAll),
          new Row(
              "kafka-unreachable",
              "nobody reaches Kafka, for 2 minutes",
              "all waits in PostgreSQL and at the workers; nobody is taken over",
              BrokerRows::becomeUnreachable));

  private BrokerRows() {}

  private static void killOne(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    Node broker = scene.any(scene.stack().cluster().brokers());
    broker.kill();
    scene.now();
    scene.pass(5, 1);
    broker.start();
  }

  private static void loseOne(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    scene.any(scene.stack().cluster().brokers()).kill();
    scene.now();
    scene.pass(60, 4);
  }

  private static void killAll(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    for (Node broker : scene.stack().cluster().brokers()) {
      broker.kill();
    }
    scene.pass(10, 2);
    for (Node broker : scene.stack().cluster().brokers()) {
      broker.start();
    }
    scene.stack().cluster().awaitAnswers();
    scene.now();
    scene.targetWellAgain(Scene.OUTAGE_FORGOTTEN);
  }

  private static void becomeUnreachable(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    List<Link> links = scene.stack().cluster().allLinks();
    long before = NetworkRows.hurt(links);
    links.forEach(Link::cut);
    scene.pass(120, 5);
    scene.awaitFelt(() -> NetworkRows.hurt(links) > before);
    links.forEach(Link::mend);
    scene.now();
    scene.targetWellAgain(Scene.OUTAGE_FORGOTTEN);
  }
}
